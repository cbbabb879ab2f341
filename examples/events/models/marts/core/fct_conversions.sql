/*
description: >-
  One row for each sign_up and purchase that no rule flags, with the version of the user at that instant. It is computed as a whole: an event that
  comes late changes the versions of a user, and with them the keys of conversions on other days.
key: [event_id]
columns:
  - {name: event_id, type: string, doc: made by the client}
  - {name: event_date, type: date, doc: "day of the event, in UTC"}
  - {name: occurred_at, type: timestamptz, doc: by the clock of the client}
  - {name: event_type, type: string, doc: sign_up or purchase}
  - {name: user_key, type: string, doc: the version of the user at that instant; NULL when nobody was signed in}
  - {name: user_id, type: string, doc: the user; NULL when nobody was signed in}
  - {name: page, type: string, doc: path of the page; apps have none}
  - {name: campaign, type: string, doc: campaign of the event itself}
  - {name: user_campaign, type: string, doc: the last campaign of the user at that instant}
  - {name: device_os, type: string, doc: operating system}
  - {name: is_app, type: boolean, doc: whether it came from an app}
  - {name: is_late_arrival, type: boolean, doc: true when it came behind the allowed lateness}
  - {name: revenue, type: "decimal(10,2)", doc: "in USD; 0 for a sign_up"}
contract: enforced
checks:
  - {check: accepted-values, columns: [event_type], values: [sign_up, purchase]}
  - {check: relationships, columns: [user_key], to: dim_users}
  - {check: relationships, columns: [page], to: dim_pages}
  - {check: relationships, columns: [campaign], to: dim_campaigns}
  - {check: expression, name: PURCHASES_HAVE_REVENUE, expect: "event_type <> 'purchase' OR revenue > 0"}
  - {check: expression, name: USER_OF_THE_INSTANT, expect: "(user_id IS NULL) = (user_key IS NULL)"}
*/
SELECT
  c.event_id,
  c.event_date,
  c.occurred_at,
  c.event_type,
  u.user_key,
  c.user_id,
  c.page,
  c.campaign,
  u.campaign AS user_campaign,
  c.device_os,
  c.is_app,
  c.is_late_arrival,
  CAST(coalesce(c.revenue, 0) AS DECIMAL(10,2)) AS revenue
FROM stg_conversions c
LEFT JOIN dim_users u
  ON u.user_id = c.user_id
  AND c.occurred_at >= u.effective_start
  AND (c.occurred_at < u.effective_end OR u.effective_end IS NULL)
WHERE c.is_conversion AND c.dq_valid
