-- Replaces the citations of a batch of articles.
-- grain: one row a marker; key: citation_id
-- reads: again (item: documents that had rows before), incoming (the new rows)
DELETE FROM citations WHERE document_id IN (SELECT item FROM again);
INSERT INTO citations BY NAME SELECT * FROM incoming;
