-- Rows are there for exactly the items that their stage has kept.
-- grain: one row an item without its row, or a row without its item
SELECT 'extract' AS stage, coalesce(kept.item, extracts.document_id) AS item
FROM (SELECT item FROM ledger WHERE stage = 'extract' AND kept) AS kept
FULL JOIN extracts ON extracts.document_id = kept.item
WHERE kept.item IS NULL OR extracts.document_id IS NULL
UNION ALL
SELECT 'normalize', coalesce(kept.item, documents.document_id)
FROM (SELECT item FROM ledger WHERE stage = 'normalize' AND kept) AS kept
FULL JOIN documents ON documents.document_id = kept.item
WHERE kept.item IS NULL OR documents.document_id IS NULL
UNION ALL
SELECT 'cite', coalesce(kept.item, articles.document_id)
FROM (SELECT item FROM ledger WHERE stage = 'cite' AND kept) AS kept
FULL JOIN articles ON articles.document_id = kept.item
WHERE kept.item IS NULL OR articles.document_id IS NULL
UNION ALL
SELECT 'acquire', places.uri
FROM (SELECT uri, bool_and(gone) AS gone FROM locations GROUP BY uri) AS places
LEFT JOIN ledger AS read ON read.stage = 'acquire' AND read.item = places.uri
LEFT JOIN ledger AS fetched ON fetched.stage = 'fetch' AND fetched.item = places.uri
LEFT JOIN (
    SELECT url, bool_and(state IN ('failed', 'set_aside')) AS lost FROM pages GROUP BY url
) AS known ON known.url = places.uri
WHERE
    (read.item IS NULL AND fetched.item IS NULL)
    OR read.kept = places.gone
    OR (known.lost AND NOT places.gone);
