/*
description: No version of a subscription says what the one before it said.
severity: error
*/
WITH neighbours AS (
  SELECT
    *,
    lag(status) OVER history AS status_before,
    lag(plan) OVER history AS plan_before,
    lag(amount) OVER history AS amount_before
  FROM subscription_history
  WINDOW history AS (PARTITION BY subscription_id ORDER BY version)
)
SELECT subscription_id, version, status, plan, amount
FROM neighbours
WHERE version > 1
  AND status IS NOT DISTINCT FROM status_before
  AND plan IS NOT DISTINCT FROM plan_before
  AND amount IS NOT DISTINCT FROM amount_before
