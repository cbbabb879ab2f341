/*
description: The revenue of a day is that of its purchases, to the cent.
severity: error
*/
WITH facts AS (
  SELECT event_date, sum(revenue) AS revenue
  FROM fct_conversions
  WHERE event_type = 'purchase'
  GROUP BY event_date
),
days AS (
  SELECT event_date, revenue
  FROM daily_events
  WHERE event_type = 'purchase' AND events > 0
)
SELECT coalesce(f.event_date, d.event_date) AS event_date, f.revenue AS revenue_of_facts, d.revenue AS revenue_of_days
FROM facts f
FULL JOIN days d ON d.event_date = f.event_date
WHERE f.revenue IS DISTINCT FROM d.revenue
