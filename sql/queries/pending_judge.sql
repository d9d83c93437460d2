-- What judge has still to do: articles that were linked.
-- grain: one row a pending item; key: item (document_id)
-- takes: $version
WITH due AS (
    SELECT
        linked.item,
        md5(concat_ws('|', cited.output_hash, resolved.output_hash, linked.output_hash, linked.input_hash)) AS input_hash
    FROM ledger AS linked
    INNER JOIN ledger AS cited ON cited.stage = 'cite' AND cited.item = linked.item AND cited.kept
    INNER JOIN ledger AS resolved ON resolved.stage = 'resolve' AND resolved.item = linked.item AND resolved.kept
    WHERE linked.stage = 'link' AND linked.kept
)

SELECT due.item, due.input_hash
FROM due
LEFT JOIN ledger ON ledger.stage = 'judge'
    AND ledger.item = due.item
    AND ledger.version = $version
    AND ledger.input_hash = due.input_hash
WHERE ledger.item IS NULL
ORDER BY due.item;
