-- Replaces the blocks of a batch of documents.
-- grain: one row a block; key: document_id, block
-- reads: again (item: documents that had rows before), incoming (the new rows)
DELETE FROM blocks WHERE document_id IN (SELECT item FROM again);
INSERT INTO blocks BY NAME SELECT * FROM incoming;
