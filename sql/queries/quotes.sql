-- The quotes of the documents that are asked for, in their order.
-- grain: one row each; key: claim_id, ordinal
-- takes: $ids
SELECT * FROM quotes WHERE document_id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY document_id, claim_id, ordinal;
