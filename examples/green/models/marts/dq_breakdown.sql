/*
description: >-
  What the other marts leave out: trips of a month that a rule of silver flags, by rule. A trip with two flags is counted under both.
key: [pickup_month, flag]
empty: allowed
columns:
  - {name: pickup_month, type: date, doc: first day of the month of the pickups}
  - {name: flag, type: string, doc: the rule that flags them}
  - {name: trips, type: long, doc: flagged trips}
  - {name: revenue, type: "decimal(18,2)", doc: "sum of their totals, in USD"}
*/
WITH flagged AS (
  SELECT CAST(date_trunc('month', pickup_date) AS DATE) AS pickup_month, total_amount, unnest(dq_flags) AS flag
  FROM stg_green_trips
  WHERE NOT dq_valid
)
SELECT pickup_month, flag, count(*) AS trips, CAST(sum(total_amount) AS DECIMAL(18,2)) AS revenue
FROM flagged
GROUP BY pickup_month, flag
