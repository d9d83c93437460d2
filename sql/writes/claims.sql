-- Replaces the claims of a batch of articles.
-- grain: one row a claim; key: claim_id
-- reads: again (item: documents that had rows before), incoming (the new rows)
DELETE FROM claims WHERE document_id IN (SELECT item FROM again);
INSERT INTO claims BY NAME SELECT * FROM incoming;
