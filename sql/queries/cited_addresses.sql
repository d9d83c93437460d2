-- Addresses that references name of which nothing is held, with the date of the article that cites them.
-- grain: one row a reference; key: reference_id
SELECT "references".reference_id, "references".url, documents.published
FROM resolutions
INNER JOIN "references" ON "references".reference_id = resolutions.reference_id
INNER JOIN documents ON documents.document_id = resolutions.document_id
WHERE resolutions.source_id IS NULL AND "references".url <> ''
ORDER BY "references".reference_id;
