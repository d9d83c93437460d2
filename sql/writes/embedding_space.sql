-- Puts another embedding space in the place of the present one: all vectors go, and the vector's dimension
-- becomes that of incoming_vectors.
-- grain: embedding_space one row; embeddings one row a distinct text; keys: key, text_key
-- reads: incoming (one row), incoming_vectors (no row; text_key, vector of the new dimension)
DELETE FROM embedding_space;
INSERT INTO embedding_space BY NAME SELECT * FROM incoming;
CREATE OR REPLACE TABLE embeddings AS SELECT text_key, vector FROM incoming_vectors;
ALTER TABLE embeddings ALTER text_key SET NOT NULL;
ALTER TABLE embeddings ALTER vector SET NOT NULL;
COMMENT ON TABLE embeddings IS 'One row a distinct text of a block, claim or reference. Key: text_key.';
COMMENT ON COLUMN embeddings.text_key IS 'Key of the text.';
COMMENT ON COLUMN embeddings.vector IS 'Unit vector in the database''s embedding space.';
