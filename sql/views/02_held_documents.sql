-- Documents that lie somewhere now and have been read: text, blocks and sentences are there.
-- grain: one row a document; key: document_id
CREATE OR REPLACE VIEW held_documents AS
SELECT
    current_documents.document_id,
    current_documents.uri,
    current_documents.is_article,
    current_documents.is_source,
    md5(concat_ws('|', normalized.output_hash, segmented.output_hash)) AS content_hash
FROM current_documents
INNER JOIN ledger AS normalized
    ON normalized.stage = 'normalize' AND normalized.item = current_documents.document_id AND normalized.kept
INNER JOIN ledger AS segmented
    ON segmented.stage = 'segment' AND segmented.item = current_documents.document_id AND segmented.kept;
COMMENT ON VIEW held_documents IS 'One row a document that lies somewhere now and has been read. Key: document_id.';
COMMENT ON COLUMN held_documents.document_id IS 'The document: documents.document_id.';
COMMENT ON COLUMN held_documents.uri IS 'Its smallest article location, else its smallest source location.';
COMMENT ON COLUMN held_documents.is_article IS 'True when it lies where articles lie.';
COMMENT ON COLUMN held_documents.is_source IS 'True when it lies where sources lie.';
COMMENT ON COLUMN held_documents.content_hash IS 'Hash of its normalized text, blocks and sentences.';
