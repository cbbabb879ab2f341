/*
description: The history that the stream keeps is the one that the changes in silver tell.
severity: error
*/
WITH neighbours AS (
  SELECT
    *,
    row_number() OVER history AS place,
    lag(status) OVER history AS status_before,
    lag(plan) OVER history AS plan_before,
    lag(amount) OVER history AS amount_before
  FROM stg_subscriptions
  WINDOW history AS (PARTITION BY subscription_id ORDER BY updated_at)
),
told AS (
  SELECT subscription_id, updated_at AS effective_start, status, plan, amount
  FROM neighbours
  WHERE place = 1
    OR status IS DISTINCT FROM status_before
    OR plan IS DISTINCT FROM plan_before
    OR amount IS DISTINCT FROM amount_before
),
kept AS (
  SELECT subscription_id, effective_start, status, plan, amount
  FROM stg_subscription_history
)
(SELECT 'not kept' AS problem, * FROM (FROM told EXCEPT ALL FROM kept))
UNION ALL
(SELECT 'not told' AS problem, * FROM (FROM kept EXCEPT ALL FROM told))
