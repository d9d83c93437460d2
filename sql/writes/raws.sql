-- Adds contents that are not held yet; a content that is held stays as it was first read.
-- grain: one row a distinct content; key: document_id
-- reads: incoming (the contents of a batch, each content once)
INSERT INTO raws BY NAME
SELECT * FROM incoming
WHERE document_id NOT IN (SELECT document_id FROM raws);
