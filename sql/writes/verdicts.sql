-- Replaces the verdicts of a batch of articles.
-- grain: one row a claim and cited reference; key: claim_id, reference_id
-- reads: again (item: documents that had rows before), incoming (the new rows)
DELETE FROM verdicts WHERE document_id IN (SELECT item FROM again);
INSERT INTO verdicts BY NAME SELECT * FROM incoming;
