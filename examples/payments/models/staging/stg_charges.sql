/*
description: >-
  Charges of all providers as silver has normalised them, once each. Silver knows an event for a day; a copy that comes back later has the same
  time and id, and only the first of them stays.
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
  - {name: status, type: string, doc: "succeeded, failed or pending"}
  - {name: country, type: string, doc: ISO 3166 where it is one}
  - {name: dq_valid, type: boolean, doc: true when no flagging rule is violated}
  - {name: dq_flags, type: "list<string>", doc: names of the flagging rules violated}
checks:
  - {check: relationships, name: CUSTOMER_KNOWN, columns: [customer_id], to: stg_customers}
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
  status,
  country,
  dq_valid,
  dq_flags
FROM silver.payment_charges
QUALIFY row_number() OVER (PARTITION BY charge_date, event_id ORDER BY _record_time, _partition, _offset) = 1
