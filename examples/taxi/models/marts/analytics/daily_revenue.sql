/*
description: What came in on each day. One row a day that has trips.
materialise: incremental
partition: [pickup_date]
key: [pickup_date]
owner: finance
tags: [analytics, revenue]
columns:
  - {name: pickup_date, type: date, doc: day of the pickups}
  - {name: trips, type: long, doc: number of trips}
  - {name: passengers, type: long, doc: sum of the passengers}
  - {name: revenue, type: "decimal(18,2)", doc: "sum of the totals, in USD"}
  - {name: fares, type: "decimal(18,2)", doc: sum of the fares}
  - {name: surcharges, type: "decimal(18,2)", doc: "sum of extras, tax, surcharges and fees"}
  - {name: tips, type: "decimal(18,2)", doc: sum of the tips}
  - {name: tolls, type: "decimal(18,2)", doc: sum of the tolls}
  - {name: miles, type: "decimal(18,2)", doc: sum of the distances}
  - {name: revenue_per_trip, type: double, doc: "mean of the totals, in USD"}
  - {name: card_share, type: double, doc: share of the trips that were paid by card}
contract: enforced
checks:
  - {check: expression, name: REVENUE_POSITIVE, expect: "revenue > 0 AND trips > 0"}
  - {check: expression, name: REVENUE_COVERS_TIPS, expect: "revenue >= tips", severity: warn}
*/
SELECT
  pickup_date,
  count(*) AS trips,
  CAST(sum(passenger_count) AS BIGINT) AS passengers,
  CAST(sum(total_amount) AS DECIMAL(18,2)) AS revenue,
  CAST(sum(fare_amount) AS DECIMAL(18,2)) AS fares,
  CAST(sum(surcharges) AS DECIMAL(18,2)) AS surcharges,
  CAST(sum(tip_amount) AS DECIMAL(18,2)) AS tips,
  CAST(sum(tolls_amount) AS DECIMAL(18,2)) AS tolls,
  CAST(sum(trip_distance) AS DECIMAL(18,2)) AS miles,
  round(CAST(sum(total_amount) AS DOUBLE) / count(*), 2) AS revenue_per_trip,
  round(CAST(count(*) FILTER (WHERE is_card) AS DOUBLE) / count(*), 4) AS card_share
FROM fct_trips
GROUP BY pickup_date
