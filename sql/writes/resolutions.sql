-- Replaces the resolutions of a batch of articles.
-- grain: one row a reference; key: reference_id
-- reads: again (item: documents that had rows before), incoming (the new rows)
DELETE FROM resolutions WHERE document_id IN (SELECT item FROM again);
INSERT INTO resolutions BY NAME SELECT * FROM incoming;
