-- Replaces the sentences of a batch of documents.
-- grain: one row a sentence; key: document_id, sentence
-- reads: again (item: documents that had rows before), incoming (the new rows)
DELETE FROM sentences WHERE document_id IN (SELECT item FROM again);
INSERT INTO sentences BY NAME SELECT * FROM incoming;
