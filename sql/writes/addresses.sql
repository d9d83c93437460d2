-- Adds addresses under which documents were found; one that is known stays.
-- grain: one row an address and document; key: page, document_id
-- reads: incoming
INSERT INTO addresses BY NAME
SELECT DISTINCT ON (page, document_id) *
FROM incoming
WHERE (page, document_id) NOT IN (SELECT (page, document_id) FROM addresses)
ORDER BY page, document_id, via;
