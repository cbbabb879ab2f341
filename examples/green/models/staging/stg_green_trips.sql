/*
description: >-
  Green trips as silver has them, with the day and the hour of the pickup. Flagged trips are here too; 'dq_valid' says which ones are not.
columns:
  - {name: trip_id, type: string, doc: "hash of provider, both times and both zones; two trips of different totals can share it"}
  - {name: pickup_date, type: date, doc: day of the pickup}
  - {name: pickup_hour, type: int, doc: "hour of the pickup, 0 to 23"}
  - {name: pickup_at, type: timestamp, doc: when the meter was engaged}
  - {name: dropoff_at, type: timestamp, doc: when the meter was disengaged}
  - {name: duration_seconds, type: long, doc: from pickup to dropoff; some real ones are negative}
  - {name: vendor_id, type: int, doc: provider of the record}
  - {name: pu_location_id, type: int, doc: zone of the pickup}
  - {name: do_location_id, type: int, doc: zone of the dropoff}
  - {name: passenger_count, type: int, doc: as the driver entered it}
  - {name: trip_distance, type: "decimal(18,2)", doc: "miles by the meter, exact so that sums are; NULL when it has more digits"}
  - {name: payment_type, type: int, doc: how it was paid}
  - {name: trip_type, type: int, doc: "1 hailed in the street, 2 dispatched"}
  - {name: fare_amount, type: "decimal(10,2)", doc: by time and distance}
  - {name: tip_amount, type: "decimal(10,2)", doc: tips by card}
  - {name: tolls_amount, type: "decimal(10,2)", doc: all tolls of the trip}
  - {name: total_amount, type: "decimal(10,2)", doc: "total charged, in USD"}
  - {name: dq_valid, type: boolean, doc: true when no flagging rule is violated}
  - {name: dq_flags, type: "list<string>", doc: names of the flagging rules violated}
*/
SELECT
  trip_id,
  CAST(lpep_pickup_datetime AS DATE) AS pickup_date,
  CAST(hour(lpep_pickup_datetime) AS INTEGER) AS pickup_hour,
  lpep_pickup_datetime AS pickup_at,
  lpep_dropoff_datetime AS dropoff_at,
  date_diff('second', lpep_pickup_datetime, lpep_dropoff_datetime) AS duration_seconds,
  vendor_id,
  pu_location_id,
  do_location_id,
  passenger_count,
  TRY_CAST(trip_distance AS DECIMAL(18,2)) AS trip_distance,
  payment_type,
  trip_type,
  fare_amount,
  tip_amount,
  tolls_amount,
  total_amount,
  dq_valid,
  dq_flags
FROM silver.green
