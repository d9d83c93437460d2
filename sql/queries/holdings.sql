-- What resolving needs of every document that is held now, with the addresses under which it was found.
-- grain: one row a document; key: document_id
WITH found AS (
    SELECT
        document_id,
        list(page ORDER BY page) FILTER (WHERE via <> 'archive') AS pages,
        list(page ORDER BY page) FILTER (WHERE via = 'archive') AS archived
    FROM current_addresses
    GROUP BY document_id
)

SELECT
    held_documents.document_id,
    documents.title,
    documents.authors,
    documents.outlet,
    documents.published,
    documents.url,
    coalesce(found.pages, []) AS pages,
    coalesce(found.archived, []) AS archived
FROM held_documents
INNER JOIN documents ON documents.document_id = held_documents.document_id
LEFT JOIN found ON found.document_id = held_documents.document_id
ORDER BY held_documents.document_id;
