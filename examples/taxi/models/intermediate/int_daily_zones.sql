/*
description: What happened in a zone on the day of the pickup, at both ends of the trips. Kept by the day, like the totals.
materialise: incremental
partition: [pickup_date]
owner: analytics
tags: [intermediate]
columns:
  - {name: pickup_date, type: date, doc: day of the pickups}
  - {name: location_id, type: int, doc: number of the zone}
  - {name: pickups, type: long, doc: trips that began here}
  - {name: dropoffs, type: long, doc: trips of the same pickups that ended here}
  - {name: revenue, type: "decimal(18,2)", doc: "sum of the totals of trips that began here, in USD"}
  - {name: miles, type: "decimal(18,2)", doc: sum of their distances}
  - {name: card_tips, type: "decimal(18,2)", doc: tips of those that were paid by card}
  - {name: card_fares, type: "decimal(18,2)", doc: fares of those that were paid by card}
checks:
  - {check: unique, columns: [pickup_date, location_id]}
*/
WITH ends AS (
  SELECT
    pickup_date,
    pu_location_id AS location_id,
    count(*) AS pickups,
    0 AS dropoffs,
    sum(total_amount) AS revenue,
    sum(trip_distance) AS miles,
    sum(tip_amount) FILTER (WHERE is_card) AS card_tips,
    sum(fare_amount) FILTER (WHERE is_card) AS card_fares
  FROM int_trip_metrics
  GROUP BY pickup_date, pu_location_id
  UNION ALL
  SELECT pickup_date, do_location_id, 0, count(*), NULL, NULL, NULL, NULL
  FROM int_trip_metrics
  GROUP BY pickup_date, do_location_id
)
SELECT
  pickup_date,
  location_id,
  CAST(sum(pickups) AS BIGINT) AS pickups,
  CAST(sum(dropoffs) AS BIGINT) AS dropoffs,
  CAST(sum(revenue) AS DECIMAL(18,2)) AS revenue,
  CAST(sum(miles) AS DECIMAL(18,2)) AS miles,
  CAST(sum(card_tips) AS DECIMAL(18,2)) AS card_tips,
  CAST(sum(card_fares) AS DECIMAL(18,2)) AS card_fares
FROM ends
GROUP BY pickup_date, location_id
