-- The documents that are asked for.
-- grain: one row a document; key: document_id
-- takes: $ids
SELECT * FROM documents WHERE document_id IN (SELECT unnest($ids::VARCHAR[]));
