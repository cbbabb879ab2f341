/*
description: The revenue of a day is the sum of its trips, to the cent, and no day is missing on either side.
severity: error
*/
WITH days AS (
  SELECT pickup_date, count(*) AS trips, sum(total_amount) AS revenue, NULL AS trips_of_day, NULL AS revenue_of_day
  FROM fct_trips
  GROUP BY pickup_date
  UNION ALL
  SELECT pickup_date, NULL, NULL, trips, revenue
  FROM daily_revenue
)
SELECT
  pickup_date,
  max(trips) AS trips_of_facts,
  max(trips_of_day) AS trips_of_days,
  max(revenue) AS revenue_of_facts,
  max(revenue_of_day) AS revenue_of_days
FROM days
GROUP BY pickup_date
HAVING trips_of_facts IS DISTINCT FROM trips_of_days OR revenue_of_facts IS DISTINCT FROM revenue_of_days
