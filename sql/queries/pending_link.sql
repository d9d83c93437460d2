-- What link has still to do: articles that were resolved, again when a source that they cite reads otherwise.
-- grain: one row a pending item; key: item (document_id)
-- takes: $version, $space (the key of the embedding space)
WITH sources AS (
    SELECT
        resolutions.document_id AS item,
        string_agg(DISTINCT held_documents.content_hash, '|' ORDER BY held_documents.content_hash) AS sources_hash
    FROM resolutions
    INNER JOIN held_documents ON held_documents.document_id = resolutions.source_id
    GROUP BY resolutions.document_id
),

due AS (
    SELECT
        resolved.item,
        md5(
            concat_ws(
                '|', cited.output_hash, resolved.output_hash, $space, coalesce(sources.sources_hash, '')
            )
        ) AS input_hash
    FROM ledger AS resolved
    INNER JOIN ledger AS cited ON cited.stage = 'cite' AND cited.item = resolved.item AND cited.kept
    LEFT JOIN sources ON sources.item = resolved.item
    WHERE resolved.stage = 'resolve' AND resolved.kept
)

SELECT due.item, due.input_hash
FROM due
LEFT JOIN ledger ON ledger.stage = 'link'
    AND ledger.item = due.item
    AND ledger.version = $version
    AND ledger.input_hash = due.input_hash
WHERE ledger.item IS NULL
ORDER BY due.item;
