/*
description: Changes of subscriptions as silver has them, once each.
columns:
  - {name: subscription_id, type: string, doc: the subscription}
  - {name: customer_id, type: string, doc: who pays for it}
  - {name: updated_at, type: timestamp, doc: when it changed to this}
  - {name: plan, type: string, doc: "basic, team or business"}
  - {name: status, type: string, doc: "trialing, active, past_due or canceled"}
  - {name: amount, type: "decimal(18,2)", doc: a month in units of the currency}
  - {name: currency, type: string, doc: ISO 4217}
  - {name: dq_valid, type: boolean, doc: true when no flagging rule is violated}
*/
SELECT
  subscription_id,
  customer_id,
  updated_at,
  plan,
  status,
  amount,
  currency,
  dq_valid
FROM silver.payment_subscriptions
QUALIFY row_number() OVER (PARTITION BY subscription_id, updated_at ORDER BY _record_time, _partition, _offset) = 1
