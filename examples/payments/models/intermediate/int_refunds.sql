/*
description: Refunds with the charge that they are of, where it is known. A charge that was sent more than once is counted from its first record.
columns:
  - {name: refund_id, type: string, doc: as the provider calls it}
  - {name: provider, type: string, doc: provider of the charge}
  - {name: charge_id, type: string, doc: as the provider calls the charge}
  - {name: customer_id, type: string, doc: customer of the charge; NULL when the charge is not known}
  - {name: refund_date, type: date, doc: day of the refund}
  - {name: reason, type: string, doc: why it was asked for}
  - {name: status, type: string, doc: "succeeded, pending or failed"}
  - {name: amount_usd, type: "decimal(18,2)", doc: "in USD, by the rates of the seed"}
  - {name: is_charge_known, type: boolean, doc: whether silver has the charge}
  - {name: hours_after_charge, type: long, doc: whole hours from charge to refund; NULL when the charge is not known}
*/
WITH charges AS (
  SELECT provider, charge_id, min(created_at) AS created_at, arg_min(customer_id, (created_at, event_id)) AS customer_id
  FROM stg_charges
  GROUP BY provider, charge_id
)
SELECT
  r.refund_id,
  r.provider,
  r.charge_id,
  c.customer_id,
  r.refund_date,
  r.reason,
  r.status,
  CAST(round(r.amount * k.usd_per_unit, 2) AS DECIMAL(18,2)) AS amount_usd,
  c.charge_id IS NOT NULL AS is_charge_known,
  date_diff('second', c.created_at, r.created_at) // 3600 AS hours_after_charge
FROM stg_refunds r
LEFT JOIN charges c ON c.provider = r.provider AND c.charge_id = r.charge_id
LEFT JOIN currencies k ON k.currency = r.currency
WHERE r.dq_valid
