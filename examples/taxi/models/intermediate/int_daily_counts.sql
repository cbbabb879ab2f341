/*
description: How many trips of a day there are in silver, and how many of them are flagged.
materialise: incremental
partition: [pickup_date]
owner: analytics
tags: [intermediate]
columns:
  - {name: pickup_date, type: date, doc: day of the pickups}
  - {name: trips, type: long, doc: all trips of the day}
  - {name: valid_trips, type: long, doc: those that no rule flags}
  - {name: flagged_trips, type: long, doc: those that at least one rule flags}
  - {name: first_pickup_at, type: timestamp, doc: the first pickup of the day}
  - {name: last_pickup_at, type: timestamp, doc: the last pickup of the day}
checks:
  - {check: unique, columns: [pickup_date]}
  - {check: expression, name: COUNTS_ADD_UP, expect: "trips = valid_trips + flagged_trips"}
*/
SELECT
  pickup_date,
  count(*) AS trips,
  count(*) FILTER (WHERE dq_valid) AS valid_trips,
  count(*) FILTER (WHERE NOT dq_valid) AS flagged_trips,
  min(pickup_at) AS first_pickup_at,
  max(pickup_at) AS last_pickup_at
FROM stg_trips
GROUP BY pickup_date
