/*
description: How the providers do, by day and currency. Charges that a rule flags are counted apart.
materialise: incremental
partition: [charge_date]
key: [charge_date, provider, currency]
columns:
  - {name: charge_date, type: date, doc: day of the charges}
  - {name: provider, type: string, doc: "stripe, braintree or adyen"}
  - {name: currency, type: string, doc: ISO 4217}
  - {name: charges, type: long, doc: charges that no rule flags}
  - {name: succeeded, type: long, doc: those that succeeded}
  - {name: failed, type: long, doc: those that failed}
  - {name: pending, type: long, doc: those that are not decided}
  - {name: success_rate, type: double, doc: those that succeeded by those that are decided; NULL when none is}
  - {name: volume, type: "decimal(18,2)", doc: what succeeded in units of the currency}
  - {name: volume_usd, type: "decimal(18,2)", doc: "the same in USD, by the rates of the seed"}
  - {name: flagged_charges, type: long, doc: charges that a rule flags; they count nowhere else}
checks:
  - {check: expression, name: STATES_ADD_UP, expect: "charges = succeeded + failed + pending"}
*/
SELECT
  charge_date,
  provider,
  currency,
  count(*) FILTER (WHERE dq_valid) AS charges,
  count(*) FILTER (WHERE dq_valid AND status = 'succeeded') AS succeeded,
  count(*) FILTER (WHERE dq_valid AND status = 'failed') AS failed,
  count(*) FILTER (WHERE dq_valid AND status = 'pending') AS pending,
  round(
    CAST(count(*) FILTER (WHERE dq_valid AND status = 'succeeded') AS DOUBLE)
    / nullif(count(*) FILTER (WHERE dq_valid AND status <> 'pending'), 0), 4
  ) AS success_rate,
  CAST(coalesce(sum(amount) FILTER (WHERE dq_valid AND is_succeeded), 0) AS DECIMAL(18,2)) AS volume,
  CAST(coalesce(sum(amount_usd) FILTER (WHERE dq_valid AND is_succeeded), 0) AS DECIMAL(18,2)) AS volume_usd,
  count(*) FILTER (WHERE NOT dq_valid) AS flagged_charges
FROM fct_charges
GROUP BY charge_date, provider, currency
