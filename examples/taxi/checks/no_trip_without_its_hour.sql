/*
description: Every trip is counted in its hour, and no hour counts trips that do not exist.
severity: error
*/
WITH hours AS (
  SELECT pickup_date, pickup_hour, count(*) AS trips
  FROM fct_trips
  GROUP BY pickup_date, pickup_hour
)
SELECT
  coalesce(t.pickup_date, h.pickup_date) AS pickup_date,
  coalesce(t.pickup_hour, h.pickup_hour) AS pickup_hour,
  t.trips AS trips_of_facts,
  h.trips AS trips_of_hours
FROM hours t
FULL JOIN hourly_demand h ON h.pickup_date = t.pickup_date AND h.pickup_hour = t.pickup_hour
WHERE t.trips IS DISTINCT FROM h.trips
