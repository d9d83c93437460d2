-- What a stage has done with each of its items.
-- grain: one row an item; key: item
-- takes: $stage
SELECT item, version, input_hash, output_hash, kept, reason FROM ledger WHERE stage = $stage ORDER BY item;
