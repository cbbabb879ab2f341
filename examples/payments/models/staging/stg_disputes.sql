/*
description: Disputes as silver has them, once each.
columns:
  - {name: dispute_id, type: string, doc: as the provider calls it}
  - {name: provider, type: string, doc: provider of the charge}
  - {name: charge_id, type: string, doc: as the provider calls the charge}
  - {name: dispute_date, type: date, doc: day of the dispute}
  - {name: created_at, type: timestamp, doc: when it was opened}
  - {name: currency, type: string, doc: ISO 4217}
  - {name: amount, type: "decimal(18,2)", doc: in units of the currency}
  - {name: reason, type: string, doc: what the customer's bank says}
  - {name: status, type: string, doc: "needs_response, under_review, won or lost"}
  - {name: is_evidence_sent, type: boolean, doc: whether evidence was submitted; NULL when none was asked for}
  - {name: dq_valid, type: boolean, doc: true when no flagging rule is violated}
*/
SELECT
  dispute_id,
  provider,
  charge_id,
  dispute_date,
  created_at,
  currency,
  amount,
  reason,
  status,
  evidence.submitted AS is_evidence_sent,
  dq_valid
FROM silver.payment_disputes
QUALIFY row_number() OVER (PARTITION BY dispute_date, dispute_id ORDER BY _record_time, _partition, _offset) = 1
