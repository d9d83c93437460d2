-- What cite has still to do: articles that have been read; of those with the same text only the first.
-- grain: one row a pending item; key: item (document_id); attempts: how often it was tried before
-- takes: $version
WITH due AS (
    SELECT document_id AS item, uri, md5(concat_ws('|', content_hash, uri)) AS input_hash
    FROM held_articles
    WHERE document_id = first_document_id
)

SELECT due.item, due.input_hash, due.uri, coalesce(ledger.attempts, 0) AS attempts
FROM due
LEFT JOIN ledger ON ledger.stage = 'cite'
    AND ledger.item = due.item
    AND ledger.version = $version
    AND ledger.input_hash = due.input_hash
WHERE ledger.item IS NULL OR may_try_again(ledger.reason, ledger.attempts)
ORDER BY due.item;
