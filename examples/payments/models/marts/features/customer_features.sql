/*
description: >-
  One row for each customer with what a model of behaviour can learn from, as of the last day that has charges. It counts charges and
  subscriptions that no rule flags, and knows no clock: the same tables give the same features.
key: [customer_id]
columns:
  - {name: customer_id, type: string, doc: the customer}
  - {name: as_of_date, type: date, doc: the last day that has charges; NULL without any}
  - {name: country, type: string, doc: ISO 3166}
  - {name: charges, type: long, doc: number of charges}
  - {name: succeeded_charges, type: long, doc: those that succeeded}
  - {name: failure_rate, type: double, doc: those that failed by those that are decided; NULL when none is}
  - {name: providers, type: long, doc: how many providers the customer uses}
  - {name: currencies, type: long, doc: in how many currencies}
  - {name: amount_usd, type: "decimal(18,2)", doc: "sum of what succeeded, in USD by the rates of the seed"}
  - {name: mean_amount_usd, type: double, doc: mean of what succeeded; NULL without any}
  - {name: largest_amount_usd, type: "decimal(18,2)", doc: the largest that succeeded; NULL without any}
  - {name: first_charge_date, type: date, doc: day of the first charge}
  - {name: last_charge_date, type: date, doc: day of the last charge}
  - {name: days_since_last_charge, type: long, doc: from the last charge to as_of_date}
  - {name: refunds, type: long, doc: refunds of the customer's charges}
  - {name: refunded_usd, type: "decimal(18,2)", doc: "what was paid back, in USD by the rates of the seed"}
  - {name: disputes, type: long, doc: disputes of the customer's charges}
  - {name: paying_subscriptions, type: long, doc: subscriptions that are active or past_due now}
  - {name: trial_subscriptions, type: long, doc: subscriptions that are trialing now}
  - {name: monthly_usd, type: "decimal(18,2)", doc: "what the paying ones cost in a month, in USD by the rates of the seed"}
checks:
  - {check: relationships, columns: [customer_id], to: dim_customers}
  - {check: expression, name: RATE_IS_A_SHARE, expect: "failure_rate IS NULL OR failure_rate BETWEEN 0 AND 1"}
*/
WITH as_of AS (
  SELECT max(charge_date) AS as_of_date
  FROM fct_charges
),
charged AS (
  SELECT
    customer_id,
    count(*) AS charges,
    count(*) FILTER (WHERE is_succeeded) AS succeeded_charges,
    count(*) FILTER (WHERE status = 'failed') AS failed_charges,
    count(DISTINCT provider) AS providers,
    count(DISTINCT currency) AS currencies,
    CAST(sum(amount_usd) FILTER (WHERE is_succeeded) AS DECIMAL(18,2)) AS amount_usd,
    max(amount_usd) FILTER (WHERE is_succeeded) AS largest_amount_usd,
    min(charge_date) AS first_charge_date,
    max(charge_date) AS last_charge_date
  FROM fct_charges
  WHERE dq_valid
  GROUP BY customer_id
),
refunded AS (
  SELECT
    customer_id,
    count(*) AS refunds,
    CAST(sum(amount_usd) FILTER (WHERE status = 'succeeded') AS DECIMAL(18,2)) AS refunded_usd
  FROM int_refunds
  WHERE customer_id IS NOT NULL
  GROUP BY customer_id
),
disputed AS (
  SELECT customer_id, count(*) AS disputes
  FROM int_disputes
  WHERE customer_id IS NOT NULL
  GROUP BY customer_id
),
subscribed AS (
  SELECT
    customer_id,
    count(*) FILTER (WHERE status IN ('active', 'past_due')) AS paying_subscriptions,
    count(*) FILTER (WHERE status = 'trialing') AS trial_subscriptions,
    CAST(sum(amount_usd) FILTER (WHERE status IN ('active', 'past_due')) AS DECIMAL(18,2)) AS monthly_usd
  FROM int_current_subscriptions
  GROUP BY customer_id
)
SELECT
  d.customer_id,
  a.as_of_date,
  d.country,
  coalesce(c.charges, 0) AS charges,
  coalesce(c.succeeded_charges, 0) AS succeeded_charges,
  round(CAST(c.failed_charges AS DOUBLE) / nullif(c.succeeded_charges + c.failed_charges, 0), 4) AS failure_rate,
  coalesce(c.providers, 0) AS providers,
  coalesce(c.currencies, 0) AS currencies,
  CAST(coalesce(c.amount_usd, 0) AS DECIMAL(18,2)) AS amount_usd,
  round(CAST(c.amount_usd AS DOUBLE) / nullif(c.succeeded_charges, 0), 2) AS mean_amount_usd,
  c.largest_amount_usd,
  c.first_charge_date,
  c.last_charge_date,
  date_diff('day', c.last_charge_date, a.as_of_date) AS days_since_last_charge,
  coalesce(r.refunds, 0) AS refunds,
  CAST(coalesce(r.refunded_usd, 0) AS DECIMAL(18,2)) AS refunded_usd,
  coalesce(p.disputes, 0) AS disputes,
  coalesce(s.paying_subscriptions, 0) AS paying_subscriptions,
  coalesce(s.trial_subscriptions, 0) AS trial_subscriptions,
  CAST(coalesce(s.monthly_usd, 0) AS DECIMAL(18,2)) AS monthly_usd
FROM dim_customers d
CROSS JOIN as_of a
LEFT JOIN charged c ON c.customer_id = d.customer_id
LEFT JOIN refunded r ON r.customer_id = d.customer_id
LEFT JOIN disputed p ON p.customer_id = d.customer_id
LEFT JOIN subscribed s ON s.customer_id = d.customer_id
