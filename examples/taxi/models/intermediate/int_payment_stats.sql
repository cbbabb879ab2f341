/*
description: What came in on a day by each way of paying.
owner: analytics
tags: [intermediate]
columns:
  - {name: pickup_date, type: date, doc: day of the pickups}
  - {name: payment_type, type: int, doc: how it was paid}
  - {name: trips, type: long, doc: number of trips}
  - {name: revenue, type: "decimal(18,2)", doc: "sum of the totals, in USD"}
  - {name: fares, type: "decimal(18,2)", doc: sum of the fares}
  - {name: tips, type: "decimal(18,2)", doc: sum of the tips}
  - {name: tipped_trips, type: long, doc: trips with a tip}
checks:
  - {check: unique, columns: [pickup_date, payment_type]}
*/
SELECT
  pickup_date,
  payment_type,
  count(*) AS trips,
  CAST(sum(total_amount) AS DECIMAL(18,2)) AS revenue,
  CAST(sum(fare_amount) AS DECIMAL(18,2)) AS fares,
  CAST(sum(tip_amount) AS DECIMAL(18,2)) AS tips,
  count(*) FILTER (WHERE tip_amount > 0) AS tipped_trips
FROM int_trip_metrics
GROUP BY pickup_date, payment_type
