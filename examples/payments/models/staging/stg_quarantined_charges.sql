/*
description: Charges that silver holds back, with the reasons and what became of them.
empty: allowed
columns:
  - {name: event_id, type: string, doc: unique for each record; NULL when that is what is wrong}
  - {name: provider, type: string, doc: provider of the charge; NULL when that is what is wrong}
  - {name: reasons, type: "list<string>", doc: all rules that it violates}
  - {name: status, type: string, doc: "open, replayed or discarded"}
*/
SELECT event_id, provider, _reasons AS reasons, coalesce(_status, 'open') AS status
FROM quarantine.payment_charges
