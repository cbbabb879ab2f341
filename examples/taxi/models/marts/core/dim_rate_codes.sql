/*
description: The rates.
key: [ratecode_id]
owner: analytics
tags: [core]
columns:
  - {name: ratecode_id, type: int, doc: number of the rate}
  - {name: rate_name, type: string, doc: what the number means}
  - {name: is_metered, type: boolean, doc: whether time and distance make the fare}
*/
SELECT ratecode_id, rate_name, is_metered
FROM rate_codes
