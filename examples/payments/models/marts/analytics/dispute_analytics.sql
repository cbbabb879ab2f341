/*
description: Disputes by provider and reason, and how they end.
key: [provider, reason]
columns:
  - {name: provider, type: string, doc: provider of the charges}
  - {name: reason, type: string, doc: "what the customer's bank says, or (none)"}
  - {name: disputes, type: long, doc: number of disputes}
  - {name: open, type: long, doc: those that are not decided}
  - {name: won, type: long, doc: those that were won}
  - {name: lost, type: long, doc: those that were lost}
  - {name: win_rate, type: double, doc: those that were won by those that are decided; NULL when none is}
  - {name: disputed_usd, type: "decimal(18,2)", doc: "what is disputed, in USD by the rates of the seed"}
  - {name: lost_usd, type: "decimal(18,2)", doc: "what was lost, in USD by the rates of the seed"}
  - {name: evidence_rate, type: double, doc: share of those with evidence among those that it was asked for; NULL when there are none}
  - {name: evidence_missing, type: long, doc: disputes that need a response and say nothing of evidence}
  - {name: unknown_charges, type: long, doc: disputes of charges that silver does not have}
checks:
  - {check: expression, name: STATES_ADD_UP, expect: "disputes = open + won + lost"}
*/
SELECT
  provider,
  coalesce(reason, '(none)') AS reason,
  count(*) AS disputes,
  count(*) FILTER (WHERE status IS NULL OR status NOT IN ('won', 'lost')) AS open,
  count(*) FILTER (WHERE status = 'won') AS won,
  count(*) FILTER (WHERE status = 'lost') AS lost,
  round(
    CAST(count(*) FILTER (WHERE status = 'won') AS DOUBLE) / nullif(count(*) FILTER (WHERE status IN ('won', 'lost')), 0), 4
  ) AS win_rate,
  CAST(coalesce(sum(amount_usd), 0) AS DECIMAL(18,2)) AS disputed_usd,
  CAST(coalesce(sum(amount_usd) FILTER (WHERE status = 'lost'), 0) AS DECIMAL(18,2)) AS lost_usd,
  round(
    CAST(count(*) FILTER (WHERE is_evidence_sent) AS DOUBLE) / nullif(count(*) FILTER (WHERE is_evidence_sent IS NOT NULL), 0), 4
  ) AS evidence_rate,
  count(*) FILTER (WHERE NOT dq_valid) AS evidence_missing,
  count(*) FILTER (WHERE NOT is_charge_known) AS unknown_charges
FROM int_disputes
GROUP BY provider, coalesce(reason, '(none)')
