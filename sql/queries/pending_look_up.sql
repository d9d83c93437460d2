-- References that name no address, mean no held document, and were not looked up in what is listed now.
-- grain: one row a pending item; key: item (reference_id)
-- takes: $stage (lookup or search), $version, $asked (key of what is looked up in)
SELECT "references".reference_id AS item, $asked AS input_hash, "references".document_id
FROM resolutions
INNER JOIN "references" ON "references".reference_id = resolutions.reference_id
LEFT JOIN ledger ON ledger.stage = $stage
    AND ledger.item = "references".reference_id
    AND ledger.version = $version
    AND ledger.input_hash = $asked
WHERE resolutions.source_id IS NULL AND "references".url = '' AND ledger.item IS NULL
ORDER BY "references".document_id, "references".ordinal;
