-- Every place that has been read, with what acquire last did there.
-- grain: one row a place; key: role, uri
SELECT
    locations.role,
    locations.uri,
    locations.document_id,
    locations.bytes,
    locations.modified_ns,
    locations.gone,
    ledger.version,
    ledger.input_hash,
    ledger.kept
FROM locations
LEFT JOIN ledger ON ledger.stage = 'acquire' AND ledger.item = locations.uri
ORDER BY locations.role, locations.uri;
