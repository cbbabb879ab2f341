/*
description: Refunds as silver has them, once each.
columns:
  - {name: refund_id, type: string, doc: as the provider calls it}
  - {name: provider, type: string, doc: provider of the charge}
  - {name: charge_id, type: string, doc: as the provider calls the charge}
  - {name: refund_date, type: date, doc: day of the refund}
  - {name: created_at, type: timestamp, doc: when the refund was made}
  - {name: currency, type: string, doc: ISO 4217}
  - {name: amount, type: "decimal(18,2)", doc: in units of the currency}
  - {name: reason, type: string, doc: why it was asked for}
  - {name: status, type: string, doc: "succeeded, pending or failed"}
  - {name: dq_valid, type: boolean, doc: true when no flagging rule is violated}
*/
SELECT
  refund_id,
  provider,
  charge_id,
  refund_date,
  created_at,
  currency,
  amount,
  reason,
  status,
  dq_valid
FROM silver.payment_refunds
QUALIFY row_number() OVER (PARTITION BY refund_date, refund_id ORDER BY _record_time, _partition, _offset) = 1
