/*
description: What each campaign brought on a day; events without a campaign are those of '(none)'.
materialise: incremental
partition: [event_date]
key: [event_date, campaign]
columns:
  - {name: event_date, type: date, doc: "day of the events, in UTC"}
  - {name: campaign, type: string, doc: "campaign of the events themselves, or (none)"}
  - {name: page_views, type: long, doc: pages seen}
  - {name: clicks, type: long, doc: clicks}
  - {name: sign_ups, type: long, doc: sign_ups}
  - {name: purchases, type: long, doc: purchases}
  - {name: revenue, type: "decimal(18,2)", doc: "of the purchases, in USD"}
  - {name: conversion_rate, type: double, doc: sign_ups and purchases by pages seen; NULL without pages seen}
*/
SELECT
  event_date,
  coalesce(campaign, '(none)') AS campaign,
  count(*) FILTER (WHERE event_type = 'page_view') AS page_views,
  count(*) FILTER (WHERE event_type = 'click') AS clicks,
  count(*) FILTER (WHERE event_type = 'sign_up') AS sign_ups,
  count(*) FILTER (WHERE event_type = 'purchase') AS purchases,
  CAST(coalesce(sum(revenue) FILTER (WHERE event_type = 'purchase'), 0) AS DECIMAL(18,2)) AS revenue,
  round(
    CAST(count(*) FILTER (WHERE is_conversion) AS DOUBLE) / nullif(count(*) FILTER (WHERE event_type = 'page_view'), 0), 4
  ) AS conversion_rate
FROM stg_conversions
WHERE dq_valid
GROUP BY event_date, coalesce(campaign, '(none)')
