/*
description: Green trips of each month that no rule flags, by the way of paying.
columns:
  - {name: pickup_month, type: date, doc: first day of the month of the pickups}
  - {name: payment_type, type: int, doc: "how it was paid; NULL as in the source"}
  - {name: trips, type: long, doc: number of trips}
  - {name: revenue, type: "decimal(18,2)", doc: "sum of the totals, in USD"}
  - {name: tips, type: "decimal(18,2)", doc: sum of the tips}
checks:
  - {check: not-null, columns: [pickup_month]}
  - {check: unique, columns: [pickup_month, payment_type]}
*/
SELECT
  CAST(date_trunc('month', pickup_date) AS DATE) AS pickup_month,
  payment_type,
  count(*) AS trips,
  CAST(sum(total_amount) AS DECIMAL(18,2)) AS revenue,
  CAST(sum(tip_amount) AS DECIMAL(18,2)) AS tips
FROM stg_green_trips
WHERE dq_valid
GROUP BY CAST(date_trunc('month', pickup_date) AS DATE), payment_type
