/*
description: Who provides the records.
key: [vendor_id]
owner: analytics
tags: [core]
columns:
  - {name: vendor_id, type: int, doc: number of the provider}
  - {name: vendor_name, type: string, doc: company that provides the records}
*/
SELECT vendor_id, vendor_name
FROM vendors
