-- The verdicts of the documents that are asked for, in their order.
-- grain: one row each; key: document_id, ordinal
-- takes: $ids
SELECT * FROM verdicts WHERE document_id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY document_id, ordinal;
