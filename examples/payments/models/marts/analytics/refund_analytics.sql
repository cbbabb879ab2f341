/*
description: Refunds by day, provider and reason. It is computed as a whole, because a charge can come after its refund.
key: [refund_date, provider, reason]
columns:
  - {name: refund_date, type: date, doc: day of the refunds}
  - {name: provider, type: string, doc: provider of the charges}
  - {name: reason, type: string, doc: "why they were asked for, or (none)"}
  - {name: refunds, type: long, doc: number of refunds}
  - {name: succeeded, type: long, doc: those that succeeded}
  - {name: refunded_usd, type: "decimal(18,2)", doc: "what was paid back, in USD by the rates of the seed"}
  - {name: unknown_charges, type: long, doc: refunds of charges that silver does not have}
  - {name: hours_after_charge, type: double, doc: median of the whole hours from charge to refund; NULL when no charge is known}
*/
SELECT
  refund_date,
  provider,
  coalesce(reason, '(none)') AS reason,
  count(*) AS refunds,
  count(*) FILTER (WHERE status = 'succeeded') AS succeeded,
  CAST(coalesce(sum(amount_usd) FILTER (WHERE status = 'succeeded'), 0) AS DECIMAL(18,2)) AS refunded_usd,
  count(*) FILTER (WHERE NOT is_charge_known) AS unknown_charges,
  CAST(median(hours_after_charge) AS DOUBLE) AS hours_after_charge
FROM int_refunds
GROUP BY refund_date, provider, coalesce(reason, '(none)')
