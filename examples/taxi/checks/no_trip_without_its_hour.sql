/*
description: Every trip is counted in its hour, and no hour counts trips that do not exist.
severity: error
*/
WITH hours AS (
  SELECT pickup_date, pickup_hour, count(*) AS trips, NULL AS trips_of_hour
  FROM fct_trips
  GROUP BY pickup_date, pickup_hour
  UNION ALL
  SELECT pickup_date, pickup_hour, NULL, trips
  FROM hourly_demand
)
SELECT pickup_date, pickup_hour, max(trips) AS trips_of_facts, max(trips_of_hour) AS trips_of_hours
FROM hours
GROUP BY pickup_date, pickup_hour
HAVING trips_of_facts IS DISTINCT FROM trips_of_hours
