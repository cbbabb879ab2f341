/*
description: >-
  What the other marts leave out: trips of a day that a rule of silver flags, by rule. A trip with two flags is counted under both. What silver
  itself holds back is in quarantine.
materialise: incremental
partition: [pickup_date]
key: [pickup_date, flag]
empty: allowed
owner: analytics
tags: [analytics, quality]
columns:
  - {name: pickup_date, type: date, doc: day of the pickups}
  - {name: flag, type: string, doc: the rule that flags them}
  - {name: trips, type: long, doc: flagged trips}
  - {name: revenue, type: "decimal(18,2)", doc: "sum of their totals, in USD"}
  - {name: trip_share, type: double, doc: share of all trips of the day}
*/
WITH flagged AS (
  SELECT pickup_date, total_amount, unnest(dq_flags) AS flag
  FROM stg_trips
  WHERE NOT dq_valid
),
by_flag AS (
  SELECT pickup_date, flag, count(*) AS trips, CAST(sum(total_amount) AS DECIMAL(18,2)) AS revenue
  FROM flagged
  GROUP BY pickup_date, flag
)
SELECT
  f.pickup_date,
  f.flag,
  f.trips,
  f.revenue,
  round(CAST(f.trips AS DOUBLE) / d.trips, 4) AS trip_share
FROM by_flag f
JOIN int_daily_counts d ON d.pickup_date = f.pickup_date
