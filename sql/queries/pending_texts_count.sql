-- How many distinct texts have no vector.
-- grain: one row; key: none
SELECT count(DISTINCT text_key) AS texts FROM (
    SELECT text_key FROM blocks
    UNION ALL
    SELECT text_key FROM claims
    UNION ALL
    SELECT text_key FROM "references"
)
WHERE text_key NOT IN (SELECT text_key FROM embeddings);
