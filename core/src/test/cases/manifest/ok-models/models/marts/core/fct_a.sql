/*
description: >-
  Two lines
  of words.
materialise: incremental
partition: [day]
key: [id, day]
lookback: 7d
owner: analytics
tags: [core]
columns:
  - {name: id, type: long, doc: its number}
  - {name: day, type: date}
contract: enforced
checks:
  - {check: accepted-values, columns: [id], values: [1, 2, "three"], severity: warn, warn-above: 3, error-above: 10}
  - {check: relationships, columns: [id], to: codes, to-columns: [code], where: id > 1}
  - {check: row-count-change, columns: [day], within: 20%}
*/
SELECT id, day
FROM stg_a;
