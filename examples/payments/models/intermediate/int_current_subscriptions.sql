/*
description: How each subscription is now, by its last change that no rule flags.
columns:
  - {name: subscription_id, type: string, doc: the subscription}
  - {name: customer_id, type: string, doc: who pays for it}
  - {name: plan, type: string, doc: "basic, team or business"}
  - {name: status, type: string, doc: "trialing, active, past_due or canceled"}
  - {name: amount_usd, type: "decimal(18,2)", doc: "a month in USD, by the rates of the seed"}
*/
SELECT
  s.subscription_id,
  s.customer_id,
  s.plan,
  s.status,
  CAST(round(s.amount * k.usd_per_unit, 2) AS DECIMAL(18,2)) AS amount_usd
FROM stg_subscriptions s
LEFT JOIN currencies k ON k.currency = s.currency
WHERE s.dq_valid
QUALIFY row_number() OVER (PARTITION BY s.subscription_id ORDER BY s.updated_at DESC) = 1
