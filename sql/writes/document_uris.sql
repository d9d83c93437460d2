-- Sets documents.uri right after places have changed. A document that lies nowhere keeps its last uri.
-- grain: one row a document; key: document_id
UPDATE documents SET uri = current_documents.uri
FROM current_documents
WHERE documents.document_id = current_documents.document_id AND documents.uri <> current_documents.uri;
