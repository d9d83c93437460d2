-- The blocks of the documents that are asked for, in their order.
-- grain: one row each; key: document_id, block
-- takes: $ids
SELECT * FROM blocks WHERE document_id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY document_id, block;
