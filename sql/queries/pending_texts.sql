-- The next texts that have no vector: of blocks, claims and references. Blocks of sources
-- only: nothing is linked to a paragraph of an article that is no source. Call it with $after = '' first, then
-- with the largest text_key of the texts before, until no row comes: memory is then bounded by $limit.
-- grain: one row a distinct text; key: text_key; the shortest comes first
-- takes: $after (a text_key, or ''), $limit (number of texts)
WITH places AS (
    SELECT text_key, document_id, start_at, end_at FROM blocks
    WHERE text_key > $after AND text_key NOT IN (SELECT text_key FROM embeddings)
        AND document_id IN (SELECT document_id FROM current_documents WHERE is_source)
),

words AS (
    SELECT text_key, text FROM claims
    WHERE text_key > $after AND text_key NOT IN (SELECT text_key FROM embeddings)
    UNION ALL
    SELECT text_key, coalesce(nullif(title, ''), text) AS text FROM "references"
    WHERE text_key > $after AND text_key NOT IN (SELECT text_key FROM embeddings)
),

next_keys AS (
    SELECT DISTINCT text_key FROM (
        SELECT text_key FROM places
        UNION ALL
        SELECT text_key FROM words
    )
    ORDER BY text_key
    LIMIT $limit
),

next_places AS (
    SELECT
        places.text_key,
        min((places.document_id, places.start_at, places.end_at)) AS place
    FROM places
    WHERE places.text_key IN (SELECT text_key FROM next_keys)
    GROUP BY places.text_key
),

found AS (
    SELECT next_places.text_key, span_text(documents.text, next_places.place[2], next_places.place[3]) AS text
    FROM next_places
    INNER JOIN documents ON documents.document_id = next_places.place[1]
    UNION ALL
    SELECT words.text_key, words.text
    FROM words
    WHERE words.text_key IN (SELECT text_key FROM next_keys)
)

SELECT text_key, min(text) AS text
FROM found
GROUP BY text_key
ORDER BY length(min(text)), text_key;
