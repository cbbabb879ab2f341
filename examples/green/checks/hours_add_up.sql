/*
description: The hours of a day add up to the day.
severity: error
*/
WITH hours AS (
  SELECT pickup_date, sum(trips) AS trips, sum(revenue) AS revenue
  FROM hourly_trips
  GROUP BY pickup_date
)
SELECT coalesce(h.pickup_date, d.pickup_date) AS pickup_date, h.trips AS trips_of_hours, d.trips AS trips_of_days
FROM hours h
FULL JOIN daily_trips d ON d.pickup_date = h.pickup_date
WHERE h.trips IS DISTINCT FROM d.trips OR h.revenue IS DISTINCT FROM d.revenue
