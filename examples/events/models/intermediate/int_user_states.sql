/*
description: >-
  What was known of a user after each of the user's events: the last address, campaign and device that any event named. An event that names none
  leaves what was known. Of events at the same instant the last by id counts.
columns:
  - {name: user_id, type: string, doc: the user}
  - {name: occurred_at, type: timestamptz, doc: from when on it was known}
  - {name: email_hash, type: string, doc: hash of the last address}
  - {name: campaign, type: string, doc: the last campaign}
  - {name: device_os, type: string, doc: the last operating system}
checks:
  - {check: unique, columns: [user_id, occurred_at]}
*/
WITH known AS (
  SELECT
    user_id,
    occurred_at,
    event_id,
    last_value(email_hash IGNORE NULLS) OVER so_far AS email_hash,
    last_value(campaign IGNORE NULLS) OVER so_far AS campaign,
    last_value(device_os IGNORE NULLS) OVER so_far AS device_os
  FROM stg_conversions
  WHERE user_id IS NOT NULL AND dq_valid
  WINDOW so_far AS (PARTITION BY user_id ORDER BY occurred_at, event_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
)
SELECT user_id, occurred_at, email_hash, campaign, device_os
FROM known
QUALIFY row_number() OVER (PARTITION BY user_id, occurred_at ORDER BY event_id DESC) = 1
