/*
description: Green trips of each hour that no rule flags. One row for every hour that has trips.
key: [pickup_date, pickup_hour]
columns:
  - {name: pickup_date, type: date, doc: day of the pickups}
  - {name: pickup_hour, type: int, doc: "hour of the pickups, 0 to 23"}
  - {name: trips, type: long, doc: number of trips}
  - {name: revenue, type: "decimal(18,2)", doc: "sum of the totals, in USD"}
  - {name: miles, type: "decimal(18,2)", doc: sum of the distances}
  - {name: pickup_zones, type: long, doc: in how many zones a trip began}
checks:
  - {check: expression, name: AN_HOUR_OF_THE_DAY, expect: "pickup_hour BETWEEN 0 AND 23"}
*/
SELECT
  pickup_date,
  pickup_hour,
  count(*) AS trips,
  CAST(sum(total_amount) AS DECIMAL(18,2)) AS revenue,
  CAST(sum(trip_distance) AS DECIMAL(18,2)) AS miles,
  count(DISTINCT pu_location_id) AS pickup_zones
FROM stg_green_trips
WHERE dq_valid
GROUP BY pickup_date, pickup_hour
