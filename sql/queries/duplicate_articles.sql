-- What cite has still to drop: articles whose text is that of another article with a smaller uri.
-- grain: one row a pending item; key: item (document_id)
-- takes: $version
WITH due AS (
    SELECT
        document_id AS item,
        uri,
        first_document_id AS duplicate_of,
        md5(concat_ws('|', content_hash, first_document_id, uri)) AS input_hash
    FROM held_articles
    WHERE document_id <> first_document_id
)

SELECT due.item, due.input_hash, due.uri, due.duplicate_of
FROM due
LEFT JOIN ledger ON ledger.stage = 'cite'
    AND ledger.item = due.item
    AND ledger.version = $version
    AND ledger.input_hash = due.input_hash
WHERE ledger.item IS NULL
ORDER BY due.item;
