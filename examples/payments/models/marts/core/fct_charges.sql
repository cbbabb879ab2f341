/*
description: >-
  One row for each charge of any provider. No money is left out: charges that a rule flags are here too, 'dq_valid' says which ones are not, and
  the marts say which of them they count.
materialise: incremental
partition: [charge_date]
key: [event_id]
columns:
  - {name: event_id, type: string, doc: unique for each record}
  - {name: charge_key, type: string, doc: hash of provider and charge_id}
  - {name: provider, type: string, doc: "stripe, braintree or adyen"}
  - {name: charge_id, type: string, doc: as the provider calls it}
  - {name: charge_date, type: date, doc: day of the charge}
  - {name: created_at, type: timestamp, doc: when the charge was made}
  - {name: customer_id, type: string, doc: who was charged}
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
contract: enforced
checks:
  - {check: unique, name: CHARGE_SENT_ONCE, columns: [charge_key], severity: warn}
  - {check: not-null, columns: [charge_date, customer_id, amount_usd]}
  - {check: accepted-values, columns: [provider], values: [stripe, braintree, adyen]}
  - {check: accepted-values, columns: [status], values: [succeeded, failed, pending]}
  - {check: relationships, columns: [currency], to: currencies}
  # A few customers come later than their charges; many mean that the dimension is not there.
  - {check: relationships, name: CUSTOMER_KNOWN, columns: [customer_id], to: dim_customers, warn-above: 0, error-above: 1000}
  - {check: expression, name: NO_SUSPICIOUS_ZERO, expect: "NOT is_suspicious_zero", severity: warn}
  - {check: row-count-change, columns: [charge_date], within: 20%}
*/
SELECT
  event_id,
  charge_key,
  provider,
  charge_id,
  charge_date,
  created_at,
  customer_id,
  currency,
  amount,
  amount_usd,
  status,
  country,
  is_succeeded,
  is_suspicious_zero,
  is_suspicious_large,
  dq_valid,
  dq_flags
FROM int_charges
