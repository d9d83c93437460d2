-- What resolving needs of every document that is held now.
-- grain: one row a document; key: document_id
SELECT
    held_documents.document_id,
    documents.title,
    documents.authors,
    documents.outlet,
    documents.published,
    documents.url
FROM held_documents
INNER JOIN documents ON documents.document_id = held_documents.document_id
ORDER BY held_documents.document_id;
