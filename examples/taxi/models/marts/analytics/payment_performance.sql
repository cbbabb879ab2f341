/*
description: How the ways of paying compare.
key: [payment_type]
owner: finance
tags: [analytics, revenue]
columns:
  - {name: payment_type, type: int, doc: number of the way of paying}
  - {name: payment_name, type: string, doc: what the number means}
  - {name: trips, type: long, doc: number of trips}
  - {name: trip_share, type: double, doc: share of all trips}
  - {name: revenue, type: "decimal(18,2)", doc: "sum of the totals, in USD"}
  - {name: revenue_per_trip, type: double, doc: "mean of the totals, in USD"}
  - {name: tips, type: "decimal(18,2)", doc: sum of the tips}
  - {name: tip_share, type: double, doc: tips by fares; NULL without fares}
  - {name: tipped_share, type: double, doc: share of the trips with a tip}
checks:
  - {check: relationships, columns: [payment_type], to: dim_payment_types}
*/
WITH ways AS (
  SELECT
    payment_type,
    CAST(sum(trips) AS BIGINT) AS trips,
    CAST(sum(revenue) AS DECIMAL(18,2)) AS revenue,
    CAST(sum(fares) AS DECIMAL(18,2)) AS fares,
    CAST(sum(tips) AS DECIMAL(18,2)) AS tips,
    CAST(sum(tipped_trips) AS BIGINT) AS tipped_trips
  FROM int_daily_totals
  WHERE payment_type IS NOT NULL
  GROUP BY payment_type
)
SELECT
  w.payment_type,
  p.payment_name,
  w.trips,
  round(CAST(w.trips AS DOUBLE) / CAST(sum(w.trips) OVER () AS DOUBLE), 4) AS trip_share,
  w.revenue,
  round(CAST(w.revenue AS DOUBLE) / w.trips, 2) AS revenue_per_trip,
  w.tips,
  round(CAST(w.tips AS DOUBLE) / CAST(nullif(w.fares, 0) AS DOUBLE), 4) AS tip_share,
  round(CAST(w.tipped_trips AS DOUBLE) / w.trips, 4) AS tipped_share
FROM ways w
LEFT JOIN dim_payment_types p ON p.payment_type = w.payment_type
