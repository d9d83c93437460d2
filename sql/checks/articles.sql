-- An article's uri is where its document lies now, no two articles share it, and documents.uri agrees.
-- grain: one row an article or document where this is not so
SELECT articles.document_id, articles.uri
FROM articles
LEFT JOIN current_documents ON current_documents.document_id = articles.document_id
-- NULL: the document lies nowhere now. Another uri: cite has not run since the document was moved, which is
-- an unfinished run and no fault, so only a document that has gone or a uri that occurs twice counts.
WHERE current_documents.document_id IS NULL OR NOT current_documents.is_article
UNION ALL
SELECT min(document_id), uri FROM articles GROUP BY uri HAVING count(*) > 1
UNION ALL
SELECT documents.document_id, documents.uri
FROM documents
INNER JOIN current_documents ON current_documents.document_id = documents.document_id
WHERE documents.uri <> current_documents.uri;
