-- The embedding space of the database.
-- grain: one row, or none before the first vector; key: key
SELECT key, name, weights_sha256, dimension FROM embedding_space;
