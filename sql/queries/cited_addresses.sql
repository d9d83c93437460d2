-- References that name an address, with the date of the article that cites them.
-- grain: one row a reference; key: reference_id
SELECT "references".reference_id, "references".url, "references".title, articles.uri, documents.published
FROM "references"
INNER JOIN articles ON articles.document_id = "references".document_id
INNER JOIN documents ON documents.document_id = articles.document_id
WHERE "references".url <> ''
ORDER BY "references".reference_id;
