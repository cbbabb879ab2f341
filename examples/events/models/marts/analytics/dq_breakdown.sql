/*
description: Events of each day that a rule of silver flags, by rule; the other marts leave them out.
materialise: incremental
partition: [event_date]
key: [event_date, flag]
empty: allowed
columns:
  - {name: event_date, type: date, doc: "day of the events, in UTC"}
  - {name: flag, type: string, doc: the rule that flags them}
  - {name: events, type: long, doc: flagged events}
  - {name: revenue, type: "decimal(18,2)", doc: "sum of their revenue, in USD"}
*/
WITH flagged AS (
  SELECT event_date, revenue, unnest(dq_flags) AS flag
  FROM stg_conversions
  WHERE NOT dq_valid
)
SELECT event_date, flag, count(*) AS events, CAST(coalesce(sum(revenue), 0) AS DECIMAL(18,2)) AS revenue
FROM flagged
GROUP BY event_date, flag
