/*
description: >-
  What came in on a day, by provider and way of paying. Kept by the day, so that what compares all of them adds up a few hundred rows instead of
  every trip, and late trips make only their own days be counted again.
materialise: incremental
partition: [pickup_date]
owner: analytics
tags: [intermediate]
columns:
  - {name: pickup_date, type: date, doc: day of the pickups}
  - {name: vendor_id, type: int, doc: provider of the records}
  - {name: payment_type, type: int, doc: how they were paid}
  - {name: trips, type: long, doc: number of trips}
  - {name: revenue, type: "decimal(18,2)", doc: "sum of the totals, in USD"}
  - {name: fares, type: "decimal(18,2)", doc: sum of the fares}
  - {name: tips, type: "decimal(18,2)", doc: sum of the tips}
  - {name: tipped_trips, type: long, doc: trips with a tip}
  - {name: miles, type: "decimal(18,2)", doc: sum of the distances}
  - {name: seconds, type: long, doc: sum of the times of travel}
checks:
  - {check: unique, columns: [pickup_date, vendor_id, payment_type]}
*/
SELECT
  pickup_date,
  vendor_id,
  payment_type,
  count(*) AS trips,
  CAST(sum(total_amount) AS DECIMAL(18,2)) AS revenue,
  CAST(sum(fare_amount) AS DECIMAL(18,2)) AS fares,
  CAST(sum(tip_amount) AS DECIMAL(18,2)) AS tips,
  count(*) FILTER (WHERE tip_amount > 0) AS tipped_trips,
  CAST(sum(trip_distance) AS DECIMAL(18,2)) AS miles,
  CAST(sum(duration_seconds) AS BIGINT) AS seconds
FROM int_trip_metrics
GROUP BY pickup_date, vendor_id, payment_type
