-- What resolve has still to do: articles that were cited, again whenever any held document has changed, the
-- addresses under which they were found, what is known of pages that could not be got, or what was looked up.
-- grain: one row a pending item; key: item (document_id)
-- takes: $version
WITH held AS (
    SELECT md5(coalesce(string_agg(document_id || content_hash || uri, '|' ORDER BY document_id), '')) AS hash
    FROM held_documents
),

found AS (
    SELECT md5(coalesce(string_agg(page || document_id || via, '|' ORDER BY page, document_id), '')) AS hash
    FROM current_addresses
),

missed AS (
    SELECT md5(coalesce(string_agg(page || reason, '|' ORDER BY page), '')) AS hash
    FROM pages
    WHERE role = 'source' AND reason <> ''
),

sought AS (
    SELECT md5(coalesce(string_agg(item || output_hash, '|' ORDER BY item, stage), '')) AS hash
    FROM ledger
    WHERE stage IN ('lookup', 'search') AND kept
),

library AS (
    SELECT md5(concat_ws('|', held.hash, found.hash, missed.hash, sought.hash)) AS library_hash
    FROM held CROSS JOIN found CROSS JOIN missed CROSS JOIN sought
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
