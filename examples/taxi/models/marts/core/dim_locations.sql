/*
description: The zones in which trips begin and end.
key: [location_id]
owner: analytics
tags: [core]
columns:
  - {name: location_id, type: int, doc: number of the zone}
  - {name: borough, type: string, doc: "borough, EWR for Newark airport, Unknown for 264 and 265"}
  - {name: service_zone, type: string, doc: "yellow, boro, airport or unknown"}
  - {name: is_airport, type: boolean, doc: whether the zone is an airport}
  - {name: is_known, type: boolean, doc: false for the two numbers that stand for no zone}
checks:
  - {check: accepted-values, columns: [service_zone], values: [yellow, boro, airport, unknown]}
*/
SELECT
  location_id,
  borough,
  service_zone,
  service_zone = 'airport' AS is_airport,
  service_zone <> 'unknown' AS is_known
FROM taxi_zones
