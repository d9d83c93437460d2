-- Adds vectors of texts that have none yet.
-- grain: one row a distinct text; key: text_key
-- reads: incoming (text_key, vector; each text_key once)
INSERT INTO embeddings BY NAME
SELECT * FROM incoming
WHERE text_key NOT IN (SELECT text_key FROM embeddings);
