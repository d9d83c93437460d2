-- Adds vectors of texts that have none yet.
-- grain: one row a distinct text; key: text_key
-- reads: incoming (text_key, vector)
INSERT INTO embeddings BY NAME
SELECT DISTINCT ON (text_key) *
FROM incoming
WHERE text_key NOT IN (SELECT text_key FROM embeddings);
