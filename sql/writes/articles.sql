-- Replaces the articles of a batch.
-- grain: one row an article; key: document_id
-- reads: again (item: documents that had rows before), incoming (the new rows)
DELETE FROM articles WHERE document_id IN (SELECT item FROM again);
INSERT INTO articles BY NAME SELECT * FROM incoming;
