/*
description: >-
  The versions of each subscription over time (SCD type 2): a version begins when status, plan or amount changed, and ends where the next one
  begins. The stream keeps it; this is its copy among the marts.
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
SELECT
  subscription_id,
  version,
  status,
  plan,
  amount,
  effective_start,
  effective_end,
  is_current
FROM stg_subscription_history
