/*
description: What users bought and signed up for, by the campaign that they came from last at that instant.
columns:
  - {name: user_campaign, type: string, doc: "the last campaign of the user at the instant of the conversion, or (none)"}
  - {name: conversions, type: long, doc: sign_ups and purchases}
  - {name: users, type: long, doc: different users}
  - {name: revenue, type: "decimal(18,2)", doc: in USD}
key: [user_campaign]
*/
SELECT
  coalesce(user_campaign, '(none)') AS user_campaign,
  count(*) AS conversions,
  count(DISTINCT user_id) AS users,
  CAST(sum(revenue) AS DECIMAL(18,2)) AS revenue
FROM fct_conversions
GROUP BY coalesce(user_campaign, '(none)')
