-- References for which a look into the lists, or a search, has led to pages.
-- grain: one row a reference and way; key: reference_id, stage
-- found: the keys of the pages' canonical addresses, the likeliest first, a space between two
SELECT ledger.item AS reference_id, ledger.stage, ledger.output_hash AS found
FROM ledger
INNER JOIN "references" ON "references".reference_id = ledger.item
WHERE ledger.stage IN ('lookup', 'search') AND ledger.kept
ORDER BY ledger.item, ledger.stage;
