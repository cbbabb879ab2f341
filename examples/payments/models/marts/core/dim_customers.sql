/*
description: The customers as they were sent last.
key: [customer_id]
columns:
  - {name: customer_id, type: string, doc: the customer}
  - {name: email_hash, type: string, doc: hash of the address}
  - {name: country, type: string, doc: ISO 3166}
*/
SELECT customer_id, email_hash, country
FROM stg_customers
