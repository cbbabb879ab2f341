/*
description: The charges of a day and a provider are those of its currencies, and no charge is counted nowhere.
severity: error
*/
WITH days AS (
  SELECT
    charge_date,
    provider,
    count(*) AS charges,
    coalesce(sum(amount_usd) FILTER (WHERE dq_valid AND is_succeeded), 0) AS volume_usd,
    NULL AS charges_of_day,
    NULL AS volume_of_day
  FROM fct_charges
  GROUP BY charge_date, provider
  UNION ALL
  SELECT charge_date, provider, NULL, NULL, sum(charges + flagged_charges), sum(volume_usd)
  FROM provider_performance
  GROUP BY charge_date, provider
)
SELECT charge_date, provider, max(charges) AS charges_of_facts, max(charges_of_day) AS charges_of_days
FROM days
GROUP BY charge_date, provider
HAVING charges_of_facts IS DISTINCT FROM charges_of_days OR max(volume_usd) IS DISTINCT FROM max(volume_of_day)
