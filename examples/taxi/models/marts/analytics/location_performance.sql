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
WITH zones AS (
  SELECT
    location_id,
    CAST(sum(pickups) AS BIGINT) AS pickups,
    CAST(sum(dropoffs) AS BIGINT) AS dropoffs,
    CAST(sum(revenue) AS DECIMAL(18,2)) AS revenue,
    CAST(sum(miles) AS DECIMAL(18,2)) AS miles,
    sum(card_tips) AS card_tips,
    sum(card_fares) AS card_fares
  FROM int_daily_zones
  GROUP BY location_id
)
SELECT
  l.location_id,
  l.borough,
  l.service_zone,
  coalesce(z.pickups, 0) AS pickups,
  coalesce(z.dropoffs, 0) AS dropoffs,
  CAST(coalesce(z.revenue, 0) AS DECIMAL(18,2)) AS revenue,
  round(CAST(z.revenue AS DOUBLE) / nullif(z.pickups, 0), 2) AS revenue_per_trip,
  round(CAST(z.miles AS DOUBLE) / nullif(z.pickups, 0), 2) AS miles_per_trip,
  round(CAST(z.card_tips AS DOUBLE) / CAST(nullif(z.card_fares, 0) AS DOUBLE), 4) AS tip_share
FROM dim_locations l
LEFT JOIN zones z ON z.location_id = l.location_id
