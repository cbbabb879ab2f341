/*
description: How many trips begin in each hour. One row for every hour that has trips, so 744 for a whole month of 31 days.
materialise: incremental
partition: [pickup_date]
key: [pickup_date, pickup_hour]
owner: operations
tags: [analytics, demand]
columns:
  - {name: pickup_date, type: date, doc: day of the pickups}
  - {name: pickup_hour, type: int, doc: "hour of the pickups, 0 to 23"}
  - {name: pickup_weekday, type: int, doc: "1 is Monday, 7 is Sunday"}
  - {name: trips, type: long, doc: number of trips}
  - {name: passengers, type: long, doc: sum of the passengers}
  - {name: zones, type: long, doc: in how many zones a trip began}
  - {name: revenue, type: "decimal(18,2)", doc: "sum of the totals, in USD"}
  - {name: miles, type: "decimal(18,2)", doc: sum of the distances}
  - {name: seconds, type: long, doc: sum of the times of travel}
  - {name: speed_mph, type: double, doc: all miles by all hours of travel}
checks:
  - {check: expression, name: AN_HOUR_OF_THE_DAY, expect: "pickup_hour BETWEEN 0 AND 23"}
*/
SELECT
  pickup_date,
  pickup_hour,
  CAST(isodow(pickup_date) AS INTEGER) AS pickup_weekday,
  count(*) AS trips,
  CAST(sum(passenger_count) AS BIGINT) AS passengers,
  count(DISTINCT pu_location_id) AS zones,
  CAST(sum(total_amount) AS DECIMAL(18,2)) AS revenue,
  CAST(sum(trip_distance) AS DECIMAL(18,2)) AS miles,
  CAST(sum(duration_seconds) AS BIGINT) AS seconds,
  round(CAST(sum(trip_distance) AS DOUBLE) * 3600 / nullif(CAST(sum(duration_seconds) AS DOUBLE), 0), 2) AS speed_mph
FROM fct_trips
GROUP BY pickup_date, pickup_hour
