-- Contents as they were read, with the place that names each.
-- grain: one row a document; key: document_id
-- takes: $ids
SELECT raws.document_id, raws.media_type, raws.content, raws.charset, current_documents.uri
FROM raws
INNER JOIN current_documents ON current_documents.document_id = raws.document_id
WHERE raws.document_id IN (SELECT unnest($ids::VARCHAR[]));
