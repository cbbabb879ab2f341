/*
description: How each zone does, with those in which nothing happened.
key: [location_id]
owner: operations
tags: [analytics]
columns:
  - {name: location_id, type: int, doc: number of the zone}
  - {name: borough, type: string, doc: borough of the zone}
  - {name: service_zone, type: string, doc: "yellow, boro, airport or unknown"}
  - {name: pickups, type: long, doc: trips that began here}
  - {name: dropoffs, type: long, doc: trips that ended here}
  - {name: revenue, type: "decimal(18,2)", doc: "sum of the totals of trips that began here, in USD"}
  - {name: revenue_per_trip, type: double, doc: mean of these totals; NULL without trips}
  - {name: miles_per_trip, type: double, doc: mean distance of trips that began here; NULL without trips}
  - {name: tip_share, type: double, doc: tips by fares of trips that began here and were paid by card; NULL without such fares}
checks:
  - {check: relationships, columns: [location_id], to: dim_locations}
*/
WITH pickups AS (
  SELECT
    pu_location_id AS location_id,
    count(*) AS trips,
    CAST(sum(total_amount) AS DECIMAL(18,2)) AS revenue,
    CAST(sum(trip_distance) AS DECIMAL(18,2)) AS miles,
    sum(tip_amount) FILTER (WHERE is_card) AS card_tips,
    sum(fare_amount) FILTER (WHERE is_card) AS card_fares
  FROM fct_trips
  GROUP BY pu_location_id
),
dropoffs AS (
  SELECT do_location_id AS location_id, count(*) AS trips
  FROM fct_trips
  GROUP BY do_location_id
)
SELECT
  l.location_id,
  l.borough,
  l.service_zone,
  coalesce(p.trips, 0) AS pickups,
  coalesce(d.trips, 0) AS dropoffs,
  CAST(coalesce(p.revenue, 0) AS DECIMAL(18,2)) AS revenue,
  round(CAST(p.revenue AS DOUBLE) / p.trips, 2) AS revenue_per_trip,
  round(CAST(p.miles AS DOUBLE) / p.trips, 2) AS miles_per_trip,
  round(CAST(p.card_tips AS DOUBLE) / CAST(nullif(p.card_fares, 0) AS DOUBLE), 4) AS tip_share
FROM dim_locations l
LEFT JOIN pickups p ON p.location_id = l.location_id
LEFT JOIN dropoffs d ON d.location_id = l.location_id
