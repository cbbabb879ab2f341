/*
description: The revenue of a day is the sum of its trips, to the cent, and no day is missing on either side.
severity: error
*/
WITH days AS (
  SELECT pickup_date, count(*) AS trips, sum(total_amount) AS revenue
  FROM fct_trips
  GROUP BY pickup_date
)
SELECT
  coalesce(t.pickup_date, r.pickup_date) AS pickup_date,
  t.trips AS trips_of_facts,
  r.trips AS trips_of_days,
  t.revenue AS revenue_of_facts,
  r.revenue AS revenue_of_days
FROM days t
FULL JOIN daily_revenue r ON r.pickup_date = t.pickup_date
WHERE t.trips IS DISTINCT FROM r.trips OR t.revenue IS DISTINCT FROM r.revenue
