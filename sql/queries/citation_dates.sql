-- Addresses that references name, held or not, with the date of the article that cites them.
-- grain: one row a reference; key: reference_id
SELECT "references".reference_id, "references".url, documents.published
FROM "references"
INNER JOIN articles ON articles.document_id = "references".document_id
INNER JOIN documents ON documents.document_id = articles.document_id
WHERE "references".url <> '' AND documents.published <> ''
ORDER BY "references".reference_id;
