/*
description: The hours of a day add up to the day.
severity: error
*/
WITH days AS (
  SELECT pickup_date, sum(trips) AS trips, sum(revenue) AS revenue, NULL AS trips_of_day, NULL AS revenue_of_day
  FROM hourly_trips
  GROUP BY pickup_date
  UNION ALL
  SELECT pickup_date, NULL, NULL, trips, revenue
  FROM daily_trips
)
SELECT pickup_date, max(trips) AS trips_of_hours, max(trips_of_day) AS trips_of_days
FROM days
GROUP BY pickup_date
HAVING trips_of_hours IS DISTINCT FROM trips_of_days OR max(revenue) IS DISTINCT FROM max(revenue_of_day)
