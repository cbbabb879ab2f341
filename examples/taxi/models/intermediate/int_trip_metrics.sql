/*
description: Trips that no rule flags, with what can be computed of a single one. Facts and marts begin here.
owner: analytics
tags: [intermediate]
columns:
  - {name: trip_id, type: string, doc: "hash of provider, pickup and both zones"}
  - {name: pickup_date, type: date, doc: day of the pickup}
  - {name: pickup_hour, type: int, doc: "hour of the pickup, 0 to 23"}
  - {name: pickup_weekday, type: int, doc: "1 is Monday, 7 is Sunday"}
  - {name: pickup_at, type: timestamp, doc: when the meter was engaged}
  - {name: dropoff_at, type: timestamp, doc: when the meter was disengaged}
  - {name: vendor_id, type: int, doc: provider of the record}
  - {name: passenger_count, type: int, doc: as the driver entered it}
  - {name: ratecode_id, type: int, doc: rate at the end of the trip}
  - {name: pu_location_id, type: int, doc: zone of the pickup}
  - {name: do_location_id, type: int, doc: zone of the dropoff}
  - {name: payment_type, type: int, doc: how it was paid}
  - {name: trip_distance, type: "decimal(18,2)", doc: miles by the meter}
  - {name: trip_duration_minutes, type: double, doc: from pickup to dropoff}
  - {name: duration_seconds, type: long, doc: "the same in whole seconds, exact so that sums are"}
  - {name: speed_mph, type: double, doc: miles an hour; NULL for a trip of no time}
  - {name: fare_amount, type: "decimal(10,2)", doc: by time and distance}
  - {name: surcharges, type: "decimal(12,2)", doc: "extras, tax, surcharges and fees: all but fare, tip and tolls"}
  - {name: tip_amount, type: "decimal(10,2)", doc: tips by card}
  - {name: tolls_amount, type: "decimal(10,2)", doc: all tolls of the trip}
  - {name: total_amount, type: "decimal(10,2)", doc: "total charged, in USD"}
  - {name: tip_share, type: double, doc: tip as a share of the fare; NULL without a fare}
  - {name: is_card, type: boolean, doc: "paid by card, the only way in which tips are recorded"}
*/
WITH trips AS (
  SELECT *, date_diff('second', pickup_at, dropoff_at) AS duration_seconds
  FROM stg_trips
  WHERE dq_valid
)
SELECT
  trip_id,
  pickup_date,
  CAST(hour(pickup_at) AS INTEGER) AS pickup_hour,
  CAST(isodow(pickup_at) AS INTEGER) AS pickup_weekday,
  pickup_at,
  dropoff_at,
  vendor_id,
  passenger_count,
  ratecode_id,
  pu_location_id,
  do_location_id,
  payment_type,
  trip_distance,
  trip_duration_minutes,
  duration_seconds,
  round(CAST(trip_distance AS DOUBLE) * 3600 / nullif(duration_seconds, 0), 2) AS speed_mph,
  fare_amount,
  CAST(
    coalesce(extra, 0) + coalesce(mta_tax, 0) + coalesce(improvement_surcharge, 0)
    + coalesce(congestion_surcharge, 0) + coalesce(airport_fee, 0) AS DECIMAL(12,2)
  ) AS surcharges,
  tip_amount,
  tolls_amount,
  total_amount,
  round(CAST(tip_amount AS DOUBLE) / CAST(nullif(fare_amount, 0) AS DOUBLE), 4) AS tip_share,
  coalesce(payment_type = 1, false) AS is_card
FROM trips
