/*
description: >-
  Green trips of each day that no rule flags. Silver is partitioned by month, so there is no partition of a day to compute alone: the table is
  computed as a whole.
key: [pickup_date]
columns:
  - {name: pickup_date, type: date, doc: day of the pickups}
  - {name: trips, type: long, doc: number of trips}
  - {name: passengers, type: long, doc: sum of the passengers}
  - {name: revenue, type: "decimal(18,2)", doc: "sum of the totals, in USD"}
  - {name: fares, type: "decimal(18,2)", doc: sum of the fares}
  - {name: tips, type: "decimal(18,2)", doc: sum of the tips}
  - {name: tolls, type: "decimal(18,2)", doc: sum of the tolls}
  - {name: miles, type: "decimal(18,2)", doc: sum of the distances}
  - {name: seconds, type: long, doc: sum of the times of travel}
  - {name: pickup_zones, type: long, doc: in how many zones a trip began}
contract: enforced
checks:
  - {check: expression, name: REVENUE_COVERS_FARES, expect: "revenue >= fares", severity: warn}
*/
SELECT
  pickup_date,
  count(*) AS trips,
  CAST(sum(passenger_count) AS BIGINT) AS passengers,
  CAST(sum(total_amount) AS DECIMAL(18,2)) AS revenue,
  CAST(sum(fare_amount) AS DECIMAL(18,2)) AS fares,
  CAST(sum(tip_amount) AS DECIMAL(18,2)) AS tips,
  CAST(sum(tolls_amount) AS DECIMAL(18,2)) AS tolls,
  CAST(sum(trip_distance) AS DECIMAL(18,2)) AS miles,
  CAST(sum(duration_seconds) AS BIGINT) AS seconds,
  count(DISTINCT pu_location_id) AS pickup_zones
FROM stg_green_trips
WHERE dq_valid
GROUP BY pickup_date
