-- The vectors of the texts that are asked for.
-- grain: one row a text; key: text_key
-- takes: $keys
SELECT text_key, vector FROM embeddings WHERE text_key IN (SELECT unnest($keys::VARCHAR[]));
