-- Replaces the normalized texts of a batch.
-- grain: one row a document; key: document_id
-- reads: again (item: documents that had rows before), incoming (the new rows)
DELETE FROM documents WHERE document_id IN (SELECT item FROM again);
INSERT INTO documents BY NAME SELECT * FROM incoming;
