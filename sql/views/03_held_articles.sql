-- Articles that lie somewhere now and have been read, and which of those with the same text is read on.
-- grain: one row an article's document; key: document_id
CREATE OR REPLACE VIEW held_articles AS
SELECT
    held_documents.document_id,
    held_documents.uri,
    held_documents.content_hash,
    first_value(held_documents.document_id) OVER same_text AS first_document_id
FROM held_documents
INNER JOIN documents ON documents.document_id = held_documents.document_id
WHERE held_documents.is_article
WINDOW same_text AS (PARTITION BY documents.text_key ORDER BY held_documents.uri);
COMMENT ON VIEW held_articles IS 'One row an article that lies somewhere now and has been read. Key: document_id.';
COMMENT ON COLUMN held_articles.document_id IS 'The document: documents.document_id.';
COMMENT ON COLUMN held_articles.uri IS 'Its smallest article location.';
COMMENT ON COLUMN held_articles.content_hash IS 'Hash of its normalized text, blocks and sentences.';
COMMENT ON COLUMN held_articles.first_document_id IS 'The article with the same text and the smallest uri; itself when it is that one.';
