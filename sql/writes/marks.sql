-- Replaces the superscripts and links of a batch of documents.
-- grain: one row a mark; key: document_id, mark
-- reads: again (item: documents that had rows before), incoming (the new rows)
DELETE FROM marks WHERE document_id IN (SELECT item FROM again);
INSERT INTO marks BY NAME SELECT * FROM incoming;
