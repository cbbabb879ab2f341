/*
description: >-
  Charges that are held back or flagged, by provider and rule. A charge that violates two rules is counted under both. SUSPICIOUS_ZERO_CHARGE, a
  charge of nothing that succeeded, is among those held back.
key: [layer, provider, reason, status]
empty: allowed
columns:
  - {name: layer, type: string, doc: "quarantined: not in silver; flagged: in silver, with the rule among its dq_flags"}
  - {name: provider, type: string, doc: "provider of the charges, or (none)"}
  - {name: reason, type: string, doc: the rule}
  - {name: status, type: string, doc: "open, replayed or discarded; kept for a flagged one"}
  - {name: charges, type: long, doc: number of charges}
*/
WITH held_back AS (
  SELECT coalesce(provider, '(none)') AS provider, unnest(reasons) AS reason, status
  FROM stg_quarantined_charges
),
flagged AS (
  SELECT provider, unnest(dq_flags) AS reason
  FROM stg_charges
  WHERE NOT dq_valid
)
SELECT 'quarantined' AS layer, provider, reason, status, count(*) AS charges
FROM held_back
GROUP BY provider, reason, status
UNION ALL
SELECT 'flagged' AS layer, provider, reason, 'kept' AS status, count(*) AS charges
FROM flagged
GROUP BY provider, reason
