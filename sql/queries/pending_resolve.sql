-- What resolve has still to do: articles that were cited, again whenever any held document has changed.
-- grain: one row a pending item; key: item (document_id)
-- takes: $version
WITH library AS (
    SELECT md5(coalesce(string_agg(document_id || content_hash || uri, '|' ORDER BY document_id), '')) AS library_hash
    FROM held_documents
),

due AS (
    SELECT cited.item, md5(concat_ws('|', cited.output_hash, library.library_hash)) AS input_hash
    FROM ledger AS cited
    CROSS JOIN library
    WHERE cited.stage = 'cite' AND cited.kept
)

SELECT due.item, due.input_hash
FROM due
LEFT JOIN ledger ON ledger.stage = 'resolve'
    AND ledger.item = due.item
    AND ledger.version = $version
    AND ledger.input_hash = due.input_hash
WHERE ledger.item IS NULL
ORDER BY due.item;
