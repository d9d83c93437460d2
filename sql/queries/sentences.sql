-- The sentences of the documents that are asked for, in their order.
-- grain: one row each; key: document_id, sentence
-- takes: $ids
SELECT * FROM sentences WHERE document_id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY document_id, sentence;
