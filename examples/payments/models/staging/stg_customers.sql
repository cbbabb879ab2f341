/*
description: Customers as they were sent last.
columns:
  - {name: customer_id, type: string, doc: the customer}
  - {name: email_hash, type: string, doc: hash of the address}
  - {name: country, type: string, doc: ISO 3166}
*/
SELECT customer_id, email AS email_hash, country
FROM silver.customers
WHERE dq_valid
QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY _record_time DESC, _partition DESC, _offset DESC) = 1
