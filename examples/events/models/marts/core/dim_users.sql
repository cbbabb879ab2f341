/*
description: >-
  The versions of each user over time (SCD type 2). A version begins with the event that brought something new and ends where the next one
  begins; events that bring nothing new make none. It is computed as a whole, because an event that comes late can split a version.
key: [user_id, version]
columns:
  - {name: user_key, type: string, doc: hash of user and version}
  - {name: user_id, type: string, doc: the user}
  - {name: version, type: int, doc: "1 for the first, one more for each change"}
  - {name: email_hash, type: string, doc: hash of the last address; NULL before a sign_up}
  - {name: campaign, type: string, doc: the last campaign that brought the user; NULL before the first}
  - {name: device_os, type: string, doc: the last operating system}
  - {name: effective_start, type: timestamptz, doc: first instant of the version}
  - {name: effective_end, type: timestamptz, doc: first instant of the next one; NULL for the last}
  - {name: is_current, type: boolean, doc: whether it is the last}
checks:
  - {check: unique, columns: [user_key]}
  - {check: unique, name: ONE_CURRENT, columns: [user_id], where: is_current}
  - {check: expression, name: START_BEFORE_END, expect: "effective_end IS NULL OR effective_start < effective_end"}
*/
WITH neighbours AS (
  SELECT
    *,
    row_number() OVER history AS place,
    lag(email_hash) OVER history AS email_hash_before,
    lag(campaign) OVER history AS campaign_before,
    lag(device_os) OVER history AS device_os_before
  FROM int_user_states
  WINDOW history AS (PARTITION BY user_id ORDER BY occurred_at)
),
changes AS (
  SELECT user_id, occurred_at, email_hash, campaign, device_os
  FROM neighbours
  WHERE place = 1
    OR email_hash IS DISTINCT FROM email_hash_before
    OR campaign IS DISTINCT FROM campaign_before
    OR device_os IS DISTINCT FROM device_os_before
),
versions AS (
  SELECT
    *,
    CAST(row_number() OVER history AS INTEGER) AS version,
    lead(occurred_at) OVER history AS effective_end
  FROM changes
  WINDOW history AS (PARTITION BY user_id ORDER BY occurred_at)
)
SELECT
  md5(concat_ws('|', user_id, CAST(version AS VARCHAR))) AS user_key,
  user_id,
  version,
  email_hash,
  campaign,
  device_os,
  occurred_at AS effective_start,
  effective_end,
  effective_end IS NULL AS is_current
FROM versions
