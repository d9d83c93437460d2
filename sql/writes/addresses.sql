-- Adds addresses under which documents were found; what was a copy and is now found at the page itself is none.
-- grain: one row an address and document; key: page, document_id
-- reads: incoming
MERGE INTO addresses USING (
    SELECT DISTINCT ON (page, document_id) *
    FROM incoming
    ORDER BY page, document_id, via = 'archive', via
) AS found ON addresses.page = found.page AND addresses.document_id = found.document_id
WHEN MATCHED AND addresses.via = 'archive' AND found.via <> 'archive' THEN UPDATE SET
    via = found.via,
    archived_at = found.archived_at
WHEN NOT MATCHED THEN INSERT BY NAME;
