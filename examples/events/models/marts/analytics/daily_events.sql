/*
description: Events of each day by kind, with those that came late or are flagged.
materialise: incremental
partition: [event_date]
key: [event_date, event_type]
columns:
  - {name: event_date, type: date, doc: "day of the events, in UTC"}
  - {name: event_type, type: string, doc: "page_view, click, sign_up or purchase"}
  - {name: events, type: long, doc: events that no rule flags}
  - {name: users, type: long, doc: different users of these events}
  - {name: anonymous, type: long, doc: events of nobody that is known}
  - {name: late_events, type: long, doc: events that came behind the allowed lateness}
  - {name: flagged_events, type: long, doc: events that a rule flags; they count nowhere else}
  - {name: revenue, type: "decimal(18,2)", doc: "in USD, of events that no rule flags"}
checks:
  - {check: accepted-values, columns: [event_type], values: [page_view, click, sign_up, purchase]}
*/
SELECT
  event_date,
  event_type,
  count(*) FILTER (WHERE dq_valid) AS events,
  count(DISTINCT user_id) FILTER (WHERE dq_valid) AS users,
  count(*) FILTER (WHERE dq_valid AND user_id IS NULL) AS anonymous,
  count(*) FILTER (WHERE dq_valid AND is_late_arrival) AS late_events,
  count(*) FILTER (WHERE NOT dq_valid) AS flagged_events,
  CAST(coalesce(sum(revenue) FILTER (WHERE dq_valid), 0) AS DECIMAL(18,2)) AS revenue
FROM stg_conversions
GROUP BY event_date, event_type
