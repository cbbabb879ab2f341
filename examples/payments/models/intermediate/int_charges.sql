/*
description: Charges with what can be computed of a single one, flagged ones too.
columns:
  - {name: event_id, type: string, doc: unique for each record}
  - {name: charge_key, type: string, doc: hash of provider and charge_id}
  - {name: provider, type: string, doc: "stripe, braintree or adyen"}
  - {name: charge_id, type: string, doc: as the provider calls it}
  - {name: charge_date, type: date, doc: day of the charge}
  - {name: created_at, type: timestamp, doc: when the charge was made}
  - {name: customer_id, type: string, doc: in the dimension of customers}
  - {name: currency, type: string, doc: ISO 4217}
  - {name: amount, type: "decimal(18,2)", doc: in units of the currency}
  - {name: amount_usd, type: "decimal(18,2)", doc: "in USD, by the rates of the seed"}
  - {name: status, type: string, doc: "succeeded, failed or pending"}
  - {name: country, type: string, doc: ISO 3166 where it is one}
  - {name: is_succeeded, type: boolean, doc: whether money moved}
  - {name: is_suspicious_zero, type: boolean, doc: a charge of nothing that succeeded}
  - {name: is_suspicious_large, type: boolean, doc: a charge of a size that is looked at}
  - {name: dq_valid, type: boolean, doc: true when no flagging rule is violated}
  - {name: dq_flags, type: "list<string>", doc: names of the flagging rules violated}
*/
SELECT
  c.event_id,
  c.charge_key,
  c.provider,
  c.charge_id,
  c.charge_date,
  c.created_at,
  c.customer_id,
  c.currency,
  c.amount,
  CAST(round(c.amount * r.usd_per_unit, 2) AS DECIMAL(18,2)) AS amount_usd,
  c.status,
  c.country,
  c.status = 'succeeded' AS is_succeeded,
  c.status = 'succeeded' AND c.amount = 0 AS is_suspicious_zero,
  list_contains(c.dq_flags, 'SUSPICIOUS_LARGE_CHARGE') AS is_suspicious_large,
  c.dq_valid,
  c.dq_flags
FROM stg_charges c
LEFT JOIN currencies r ON r.currency = c.currency
