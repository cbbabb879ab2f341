/*
description: What the stream keeps up to date by itself is what the mart computes. While rows come, the one may be ahead of the other.
severity: warn
*/
WITH live_hours AS (
  SELECT window_start, sum(trips) AS trips, sum(revenue) AS revenue
  FROM live.hourly_demand
  GROUP BY window_start
), hours AS (
  SELECT pickup_date + to_hours(pickup_hour) AS window_start, trips, revenue
  FROM hourly_demand
)
SELECT
  coalesce(l.window_start, h.window_start) AS window_start,
  l.trips AS live_trips,
  h.trips AS mart_trips,
  l.revenue AS live_revenue,
  h.revenue AS mart_revenue
FROM live_hours l
FULL JOIN hours h ON h.window_start = l.window_start
WHERE l.trips IS DISTINCT FROM h.trips OR l.revenue IS DISTINCT FROM h.revenue
