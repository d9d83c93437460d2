-- Documents that lie somewhere now.
-- grain: one row a document; key: document_id
CREATE OR REPLACE VIEW current_documents AS
SELECT
    document_id,
    coalesce(min(uri) FILTER (WHERE role = 'article'), min(uri)) AS uri,
    bool_or(role = 'article') AS is_article,
    bool_or(role = 'source') AS is_source
FROM locations
WHERE NOT gone
GROUP BY document_id;
COMMENT ON VIEW current_documents IS 'One row a document that lies somewhere now. Key: document_id.';
COMMENT ON COLUMN current_documents.document_id IS 'The document: raws.document_id.';
COMMENT ON COLUMN current_documents.uri IS 'Its smallest article location, else its smallest source location.';
COMMENT ON COLUMN current_documents.is_article IS 'True when it lies where articles lie.';
COMMENT ON COLUMN current_documents.is_source IS 'True when it lies where sources lie.';
