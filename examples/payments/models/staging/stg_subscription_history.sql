/*
description: The versions of subscriptions, as the stream keeps them.
columns:
  - {name: subscription_id, type: string, doc: the subscription}
  - {name: version, type: int, doc: "1 for the first, one more for each change"}
  - {name: status, type: string, doc: "trialing, active, past_due or canceled"}
  - {name: plan, type: string, doc: "basic, team or business"}
  - {name: amount, type: "decimal(18,2)", doc: a month in units of the currency}
  - {name: effective_start, type: timestamp, doc: first instant of the version}
  - {name: effective_end, type: timestamp, doc: first instant of the next one; NULL for the last}
  - {name: is_current, type: boolean, doc: whether it is the last}
*/
SELECT
  subscription_id,
  CAST(version AS INTEGER) AS version,
  status,
  plan,
  amount,
  effective_start,
  effective_end,
  is_current
FROM history.payment_subscriptions
