/*
description: No version of a user says what the one before it said.
severity: error
*/
WITH neighbours AS (
  SELECT
    *,
    lag(email_hash) OVER history AS email_hash_before,
    lag(campaign) OVER history AS campaign_before,
    lag(device_os) OVER history AS device_os_before
  FROM dim_users
  WINDOW history AS (PARTITION BY user_id ORDER BY version)
)
SELECT user_id, version, email_hash, campaign, device_os
FROM neighbours
WHERE version > 1
  AND email_hash IS NOT DISTINCT FROM email_hash_before
  AND campaign IS NOT DISTINCT FROM campaign_before
  AND device_os IS NOT DISTINCT FROM device_os_before
