-- The addresses under which what lies somewhere now is found. An address that led elsewhere once, and is a page of
-- its own now, means that page alone.
-- grain: one row an address and document; key: page, document_id
CREATE OR REPLACE VIEW current_addresses AS
SELECT addresses.page, addresses.document_id, addresses.via, addresses.archived_at
FROM addresses
INNER JOIN current_documents ON current_documents.document_id = addresses.document_id
WHERE
    addresses.via = 'archive'
    OR addresses.page NOT IN (SELECT page FROM current_pages)
    OR EXISTS (
        SELECT 1
        FROM current_pages
        WHERE current_pages.page = addresses.page AND current_pages.document_id = addresses.document_id
    );
COMMENT ON VIEW current_addresses IS 'One row an address under which a document that lies somewhere now is found. Key: page, document_id.';
COMMENT ON COLUMN current_addresses.page IS 'The address, in the form of pages.page.';
COMMENT ON COLUMN current_addresses.document_id IS 'The document: raws.document_id.';
COMMENT ON COLUMN current_addresses.via IS 'How it leads there: addresses.via.';
COMMENT ON COLUMN current_addresses.archived_at IS 'When the archive made its copy (UTC); NULL for a page itself.';
