/*
description: >-
  One row for each trip that no rule flags. 'trip_id' alone is no key: it is made of provider, pickup and zones, and silver takes two trips for
  the same one only when dropoff and total are equal too. With these two it is the key by which silver removes duplicates; with the day in it, only
  days that change are looked at again.
materialise: incremental
partition: [pickup_date]
key: [pickup_date, trip_id, dropoff_at, total_amount]
owner: analytics
tags: [core]
columns:
  - {name: trip_id, type: string, doc: "hash of provider, pickup and both zones"}
  - {name: pickup_date, type: date, doc: day of the pickup}
  - {name: pickup_hour, type: int, doc: "hour of the pickup, 0 to 23"}
  - {name: pickup_weekday, type: int, doc: "1 is Monday, 7 is Sunday"}
  - {name: pickup_at, type: timestamp, doc: when the meter was engaged}
  - {name: dropoff_at, type: timestamp, doc: when the meter was disengaged}
  - {name: vendor_id, type: int, doc: provider of the record}
  - {name: ratecode_id, type: int, doc: rate at the end of the trip}
  - {name: payment_type, type: int, doc: how it was paid}
  - {name: pu_location_id, type: int, doc: zone of the pickup}
  - {name: do_location_id, type: int, doc: zone of the dropoff}
  - {name: passenger_count, type: int, doc: as the driver entered it}
  - {name: trip_distance, type: "decimal(18,2)", doc: miles by the meter}
  - {name: trip_duration_minutes, type: double, doc: from pickup to dropoff}
  - {name: duration_seconds, type: long, doc: the same in whole seconds}
  - {name: speed_mph, type: double, doc: miles an hour; NULL for a trip of no time}
  - {name: fare_amount, type: "decimal(10,2)", doc: by time and distance}
  - {name: surcharges, type: "decimal(12,2)", doc: "extras, tax, surcharges and fees"}
  - {name: tip_amount, type: "decimal(10,2)", doc: tips by card}
  - {name: tolls_amount, type: "decimal(10,2)", doc: all tolls of the trip}
  - {name: total_amount, type: "decimal(10,2)", doc: "total charged, in USD"}
  - {name: tip_share, type: double, doc: tip as a share of the fare; NULL without a fare}
  - {name: is_card, type: boolean, doc: paid by card}
contract: enforced
checks:
  - {check: not-null, columns: [pickup_date, pickup_at]}
  - {check: relationships, columns: [vendor_id], to: dim_vendors}
  - {check: relationships, columns: [ratecode_id], to: dim_rate_codes}
  - {check: relationships, columns: [payment_type], to: dim_payment_types}
  - {check: relationships, name: PICKUP_ZONE_KNOWN, columns: [pu_location_id], to: dim_locations, to-columns: [location_id]}
  - {check: relationships, name: DROPOFF_ZONE_KNOWN, columns: [do_location_id], to: dim_locations, to-columns: [location_id]}
  - {check: expression, name: TOTAL_POSITIVE, expect: "total_amount > 0"}
  - {check: expression, name: DURATION_NOT_NEGATIVE, expect: "duration_seconds >= 0"}
  - {check: expression, name: DAY_OF_THE_PICKUP, expect: "pickup_date = CAST(pickup_at AS DATE)"}
  # A weekend is not like a week, so the bound is a wide one.
  - {check: row-count-change, columns: [pickup_date], within: 50%}
*/
SELECT
  trip_id,
  pickup_date,
  pickup_hour,
  pickup_weekday,
  pickup_at,
  dropoff_at,
  vendor_id,
  ratecode_id,
  payment_type,
  pu_location_id,
  do_location_id,
  passenger_count,
  trip_distance,
  trip_duration_minutes,
  duration_seconds,
  speed_mph,
  fare_amount,
  surcharges,
  tip_amount,
  tolls_amount,
  total_amount,
  tip_share,
  is_card
FROM int_trip_metrics
