/*
description: >-
  The versions of each subscription over time (SCD type 2): a version begins when status, plan or amount changed, and ends where the next one
  begins. A change that changes none of them makes no version.
key: [subscription_id, version]
columns:
  - {name: subscription_id, type: string, doc: the subscription}
  - {name: version, type: int, doc: "1 for the first, one more for each change"}
  - {name: status, type: string, doc: "trialing, active, past_due or canceled"}
  - {name: plan, type: string, doc: "basic, team or business"}
  - {name: amount, type: "decimal(18,2)", doc: a month in units of the currency}
  - {name: effective_start, type: timestamp, doc: first instant of the version}
  - {name: effective_end, type: timestamp, doc: first instant of the next one; NULL for the last}
  - {name: is_current, type: boolean, doc: whether it is the last}
checks:
  - {check: unique, name: ONE_CURRENT, columns: [subscription_id], where: is_current}
  - {check: expression, name: START_BEFORE_END, expect: "effective_end IS NULL OR effective_start < effective_end"}
*/
WITH neighbours AS (
  SELECT
    *,
    row_number() OVER history AS place,
    lag(status) OVER history AS status_before,
    lag(plan) OVER history AS plan_before,
    lag(amount) OVER history AS amount_before
  FROM stg_subscriptions
  WHERE dq_valid
  WINDOW history AS (PARTITION BY subscription_id ORDER BY updated_at)
),
changes AS (
  SELECT subscription_id, updated_at, status, plan, amount
  FROM neighbours
  WHERE place = 1
    OR status IS DISTINCT FROM status_before
    OR plan IS DISTINCT FROM plan_before
    OR amount IS DISTINCT FROM amount_before
),
versions AS (
  SELECT
    *,
    CAST(row_number() OVER history AS INTEGER) AS version,
    lead(updated_at) OVER history AS effective_end
  FROM changes
  WINDOW history AS (PARTITION BY subscription_id ORDER BY updated_at)
)
SELECT
  subscription_id,
  version,
  status,
  plan,
  amount,
  updated_at AS effective_start,
  effective_end,
  effective_end IS NULL AS is_current
FROM versions
