-- The marks of the documents that are asked for, in their order.
-- grain: one row each; key: document_id, mark
-- takes: $ids
SELECT * FROM marks WHERE document_id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY document_id, mark;
