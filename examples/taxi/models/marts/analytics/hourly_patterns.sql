/*
description: What an hour of the week is like, on average over the days that have trips in it. At most 168 rows.
key: [pickup_weekday, pickup_hour]
owner: operations
tags: [analytics, demand]
columns:
  - {name: pickup_weekday, type: int, doc: "1 is Monday, 7 is Sunday"}
  - {name: pickup_hour, type: int, doc: "hour of the day, 0 to 23"}
  - {name: days, type: long, doc: how many days have trips in that hour}
  - {name: trips, type: long, doc: trips of all those days}
  - {name: trips_per_day, type: double, doc: mean number of trips}
  - {name: revenue_per_day, type: double, doc: "mean revenue, in USD"}
  - {name: speed_mph, type: double, doc: all miles by all hours of travel}
checks:
  - {check: expression, name: AN_HOUR_OF_THE_WEEK, expect: "pickup_weekday BETWEEN 1 AND 7 AND pickup_hour BETWEEN 0 AND 23"}
*/
SELECT
  pickup_weekday,
  pickup_hour,
  count(*) AS days,
  CAST(sum(trips) AS BIGINT) AS trips,
  round(CAST(sum(trips) AS DOUBLE) / count(*), 2) AS trips_per_day,
  round(CAST(sum(revenue) AS DOUBLE) / count(*), 2) AS revenue_per_day,
  round(CAST(sum(miles) AS DOUBLE) * 3600 / nullif(CAST(sum(seconds) AS DOUBLE), 0), 2) AS speed_mph
FROM hourly_demand
GROUP BY pickup_weekday, pickup_hour
