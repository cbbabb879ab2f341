/*
description: How the providers of the records compare.
key: [vendor_id]
owner: operations
tags: [analytics]
columns:
  - {name: vendor_id, type: int, doc: number of the provider}
  - {name: vendor_name, type: string, doc: company that provides the records}
  - {name: trips, type: long, doc: number of trips}
  - {name: trip_share, type: double, doc: share of all trips}
  - {name: revenue, type: "decimal(18,2)", doc: "sum of the totals, in USD"}
  - {name: revenue_per_trip, type: double, doc: "mean of the totals, in USD"}
  - {name: miles_per_trip, type: double, doc: mean distance}
  - {name: minutes_per_trip, type: double, doc: mean time of travel}
  - {name: speed_mph, type: double, doc: all miles by all hours of travel}
checks:
  - {check: relationships, columns: [vendor_id], to: dim_vendors}
*/
WITH vendors_of_trips AS (
  SELECT
    vendor_id,
    CAST(sum(trips) AS BIGINT) AS trips,
    CAST(sum(revenue) AS DECIMAL(18,2)) AS revenue,
    CAST(sum(miles) AS DECIMAL(18,2)) AS miles,
    CAST(sum(seconds) AS BIGINT) AS seconds
  FROM int_daily_totals
  WHERE vendor_id IS NOT NULL
  GROUP BY vendor_id
)
SELECT
  t.vendor_id,
  v.vendor_name,
  t.trips,
  round(CAST(t.trips AS DOUBLE) / CAST(sum(t.trips) OVER () AS DOUBLE), 4) AS trip_share,
  t.revenue,
  round(CAST(t.revenue AS DOUBLE) / t.trips, 2) AS revenue_per_trip,
  round(CAST(t.miles AS DOUBLE) / t.trips, 2) AS miles_per_trip,
  round(CAST(t.seconds AS DOUBLE) / 60 / t.trips, 2) AS minutes_per_trip,
  round(CAST(t.miles AS DOUBLE) * 3600 / CAST(nullif(t.seconds, 0) AS DOUBLE), 2) AS speed_mph
FROM vendors_of_trips t
LEFT JOIN dim_vendors v ON v.vendor_id = t.vendor_id
