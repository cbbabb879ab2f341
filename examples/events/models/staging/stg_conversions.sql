/*
description: >-
  Events as silver has them, once each. Silver knows an event for a day; a copy that comes back later has the same time and id, and only the
  first of them stays.
columns:
  - {name: event_id, type: string, doc: made by the client}
  - {name: event_date, type: date, doc: "day of the event, in UTC"}
  - {name: occurred_at, type: timestamptz, doc: by the clock of the client}
  - {name: event_type, type: string, doc: "page_view, click, sign_up or purchase"}
  - {name: is_conversion, type: boolean, doc: sign_up or purchase}
  - {name: user_id, type: string, doc: NULL before the user has signed in}
  - {name: email_hash, type: string, doc: hash of the address that a sign_up brings}
  - {name: page, type: string, doc: path of the page; apps have none}
  - {name: campaign, type: string, doc: what brought the user; NULL without one}
  - {name: revenue, type: "decimal(10,2)", doc: "in USD, of purchases"}
  - {name: device_os, type: string, doc: operating system}
  - {name: is_app, type: boolean, doc: whether it came from an app}
  - {name: is_late_arrival, type: boolean, doc: true when it came behind the allowed lateness}
  - {name: dq_valid, type: boolean, doc: true when no flagging rule is violated}
  - {name: dq_flags, type: "list<string>", doc: names of the flagging rules violated}
checks:
  - {check: relationships, columns: [page], to: pages}
*/
SELECT
  event_id,
  event_date,
  occurred_at,
  event_type,
  is_conversion,
  user_id,
  email_hash,
  page,
  campaign,
  revenue,
  device.os AS device_os,
  device.app AS is_app,
  is_late_arrival,
  dq_valid,
  dq_flags
FROM silver.conversions
QUALIFY row_number() OVER (PARTITION BY event_date, event_id ORDER BY _record_time, _partition, _offset) = 1
