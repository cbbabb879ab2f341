/*
description: The versions of a subscription follow each other without gap and without overlap, are counted from 1, and only the last is open.
severity: error
*/
WITH neighbours AS (
  SELECT
    subscription_id,
    version,
    effective_end,
    is_current,
    lead(effective_start) OVER history AS next_start,
    row_number() OVER history AS place
  FROM subscription_history
  WINDOW history AS (PARTITION BY subscription_id ORDER BY effective_start)
)
SELECT subscription_id, version, effective_end, next_start
FROM neighbours
WHERE effective_end IS DISTINCT FROM next_start OR is_current <> (next_start IS NULL) OR version <> place
