/*
description: The charges of a day and a provider are those of its currencies, and no charge is counted nowhere.
severity: error
*/
WITH facts AS (
  SELECT charge_date, provider, count(*) AS charges, sum(amount_usd) FILTER (WHERE dq_valid AND is_succeeded) AS volume_usd
  FROM fct_charges
  GROUP BY charge_date, provider
),
days AS (
  SELECT charge_date, provider, sum(charges + flagged_charges) AS charges, sum(volume_usd) AS volume_usd
  FROM provider_performance
  GROUP BY charge_date, provider
)
SELECT
  coalesce(f.charge_date, d.charge_date) AS charge_date,
  coalesce(f.provider, d.provider) AS provider,
  f.charges AS charges_of_facts,
  d.charges AS charges_of_days
FROM facts f
FULL JOIN days d ON d.charge_date = f.charge_date AND d.provider = f.provider
WHERE f.charges IS DISTINCT FROM d.charges OR coalesce(f.volume_usd, 0) <> d.volume_usd
