/*
description: >-
  Disputes with the customer of the charge, where it is known. Flagged ones are here too, because a dispute without evidence is one all the same.
columns:
  - {name: dispute_id, type: string, doc: as the provider calls it}
  - {name: provider, type: string, doc: provider of the charge}
  - {name: charge_id, type: string, doc: as the provider calls the charge}
  - {name: customer_id, type: string, doc: customer of the charge; NULL when the charge is not known}
  - {name: dispute_date, type: date, doc: day of the dispute}
  - {name: reason, type: string, doc: what the customer's bank says}
  - {name: status, type: string, doc: "needs_response, under_review, won or lost"}
  - {name: is_evidence_sent, type: boolean, doc: whether evidence was submitted; NULL when none was asked for}
  - {name: amount_usd, type: "decimal(18,2)", doc: "in USD, by the rates of the seed"}
  - {name: is_charge_known, type: boolean, doc: whether silver has the charge}
  - {name: dq_valid, type: boolean, doc: false when the evidence that was asked for is missing}
*/
WITH charges AS (
  SELECT provider, charge_id, arg_min(customer_id, (created_at, event_id)) AS customer_id
  FROM stg_charges
  GROUP BY provider, charge_id
)
SELECT
  d.dispute_id,
  d.provider,
  d.charge_id,
  c.customer_id,
  d.dispute_date,
  d.reason,
  d.status,
  d.is_evidence_sent,
  CAST(round(d.amount * k.usd_per_unit, 2) AS DECIMAL(18,2)) AS amount_usd,
  c.charge_id IS NOT NULL AS is_charge_known,
  d.dq_valid
FROM stg_disputes d
LEFT JOIN charges c ON c.provider = d.provider AND c.charge_id = d.charge_id
LEFT JOIN currencies k ON k.currency = d.currency
