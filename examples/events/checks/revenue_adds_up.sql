/*
description: The revenue of a day is that of its purchases, to the cent.
severity: error
*/
WITH days AS (
  SELECT event_date, sum(revenue) AS revenue, NULL AS revenue_of_day
  FROM fct_conversions
  WHERE event_type = 'purchase'
  GROUP BY event_date
  UNION ALL
  SELECT event_date, NULL, revenue
  FROM daily_events
  WHERE event_type = 'purchase' AND events > 0
)
SELECT event_date, max(revenue) AS revenue_of_facts, max(revenue_of_day) AS revenue_of_days
FROM days
GROUP BY event_date
HAVING revenue_of_facts IS DISTINCT FROM revenue_of_days
