-- The articles that are asked for.
-- grain: one row a document; key: document_id
-- takes: $ids
SELECT * FROM articles WHERE document_id IN (SELECT unnest($ids::VARCHAR[]));
