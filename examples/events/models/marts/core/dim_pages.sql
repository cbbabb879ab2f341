/*
description: The pages of the web service.
key: [page]
columns:
  - {name: page, type: string, doc: path of the page}
  - {name: page_name, type: string, doc: what people call it}
  - {name: stage, type: int, doc: how far on the way to a purchase it is}
*/
SELECT page, page_name, stage
FROM pages
