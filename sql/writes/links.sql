-- Replaces the links of a batch of articles.
-- grain: one row a passage of a claim; key: claim_id, reference_id, rank
-- reads: again (item: documents that had rows before), incoming (the new rows)
DELETE FROM links WHERE document_id IN (SELECT item FROM again);
INSERT INTO links BY NAME SELECT * FROM incoming;
