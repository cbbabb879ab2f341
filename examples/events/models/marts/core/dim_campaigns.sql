/*
description: The campaigns that events name, with when they were seen.
key: [campaign]
empty: allowed
columns:
  - {name: campaign, type: string, doc: name of the campaign}
  - {name: first_seen_at, type: timestamptz, doc: its first event}
  - {name: last_seen_at, type: timestamptz, doc: its last event}
  - {name: active_days, type: long, doc: days with events of it}
*/
SELECT
  campaign,
  min(occurred_at) AS first_seen_at,
  max(occurred_at) AS last_seen_at,
  count(DISTINCT event_date) AS active_days
FROM stg_conversions
WHERE campaign IS NOT NULL AND dq_valid
GROUP BY campaign
