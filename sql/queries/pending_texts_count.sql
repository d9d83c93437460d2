-- How many distinct texts have no vector.
-- grain: one row; key: none
SELECT count(DISTINCT text_key) AS texts FROM (
    SELECT text_key FROM blocks
    WHERE document_id IN (SELECT document_id FROM current_documents WHERE is_source)
    UNION ALL
    SELECT text_key FROM claims
    UNION ALL
    SELECT text_key FROM "references"
)
WHERE text_key NOT IN (SELECT text_key FROM embeddings);
