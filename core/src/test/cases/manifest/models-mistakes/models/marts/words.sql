/*
materialise: incremental
time: at
contract: enforced
columns:
  - {name: id}
  - {name: ID, type: long}
checks:
  - {check: expression, columns: [id]}
  - {check: accepted-values, columns: [id, day], values: [a]}
  - {check: freshness, columns: [at], within: soon}
  - {check: row-count-change, columns: [at], within: 1d}
  - {check: relationships, columns: [id], to: codes, to-columns: [a, b]}
  - {check: not-null, columns: [id]}
  - {check: not-null, columns: [id]}
*/
SELECT 1
