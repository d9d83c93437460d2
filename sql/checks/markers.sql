-- A citation's span holds its marker.
-- grain: one row a citation where it does not
SELECT citations.citation_id, citations.marker
FROM citations
INNER JOIN documents ON documents.document_id = citations.document_id
WHERE span_text(documents.text, citations.start_at, citations.end_at) <> citations.marker;
