/*
description: The ways of paying.
key: [payment_type]
owner: analytics
tags: [core]
columns:
  - {name: payment_type, type: int, doc: number of the way of paying}
  - {name: payment_name, type: string, doc: what the number means}
  - {name: is_paid, type: boolean, doc: whether it is known that money came in}
*/
SELECT payment_type, payment_name, is_paid
FROM payment_types
