/*
description: >-
  Trips as silver has them, under the names of the models. Flagged trips are here too; 'dq_valid' says which ones are not.
owner: analytics
tags: [staging]
columns:
  - {name: trip_id, type: string, doc: "hash of provider, pickup and both zones; two trips can share it"}
  - {name: pickup_date, type: date, doc: day of the pickup}
  - {name: pickup_at, type: timestamp, doc: when the meter was engaged}
  - {name: dropoff_at, type: timestamp, doc: when the meter was disengaged}
  - {name: vendor_id, type: int, doc: provider of the record}
  - {name: passenger_count, type: int, doc: as the driver entered it}
  - {name: trip_distance, type: "decimal(18,2)", doc: "miles by the meter, exact so that sums are; NULL when it has more digits"}
  - {name: ratecode_id, type: int, doc: rate at the end of the trip}
  - {name: pu_location_id, type: int, doc: zone of the pickup}
  - {name: do_location_id, type: int, doc: zone of the dropoff}
  - {name: payment_type, type: int, doc: how it was paid}
  - {name: fare_amount, type: "decimal(10,2)", doc: by time and distance}
  - {name: extra, type: "decimal(10,2)", doc: extras and surcharges}
  - {name: mta_tax, type: "decimal(10,2)", doc: tax by the metered rate}
  - {name: tip_amount, type: "decimal(10,2)", doc: tips by card}
  - {name: tolls_amount, type: "decimal(10,2)", doc: all tolls of the trip}
  - {name: improvement_surcharge, type: "decimal(10,2)", doc: at the flag drop}
  - {name: congestion_surcharge, type: "decimal(10,2)", doc: of the state}
  - {name: airport_fee, type: "decimal(10,2)", doc: at the airports}
  - {name: total_amount, type: "decimal(10,2)", doc: "total charged, in USD"}
  - {name: trip_duration_minutes, type: double, doc: from pickup to dropoff}
  - {name: dq_valid, type: boolean, doc: true when no flagging rule is violated}
  - {name: dq_flags, type: "list<string>", doc: names of the flagging rules violated}
*/
SELECT
  trip_id,
  pickup_date,
  tpep_pickup_datetime AS pickup_at,
  tpep_dropoff_datetime AS dropoff_at,
  vendor_id,
  passenger_count,
  TRY_CAST(trip_distance AS DECIMAL(18,2)) AS trip_distance,
  ratecode_id,
  pu_location_id,
  do_location_id,
  payment_type,
  fare_amount,
  extra,
  mta_tax,
  tip_amount,
  tolls_amount,
  improvement_surcharge,
  congestion_surcharge,
  airport_fee,
  total_amount,
  trip_duration_minutes,
  dq_valid,
  dq_flags
FROM silver.trips
