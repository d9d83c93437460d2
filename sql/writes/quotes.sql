-- Replaces the quotes of a batch of articles.
-- grain: one row a quote; key: quote_id
-- reads: again (item: documents that had rows before), incoming (the new rows)
DELETE FROM quotes WHERE document_id IN (SELECT item FROM again);
INSERT INTO quotes BY NAME SELECT * FROM incoming;
