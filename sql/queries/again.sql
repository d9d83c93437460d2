-- Items of a batch that the stage has handled before, and whether what comes out differs this time.
-- grain: one row an item; key: item
-- reads: outcomes (the batch's items)
SELECT ledger.item, ledger.kept AND (NOT outcomes.kept OR ledger.output_hash <> outcomes.output_hash) AS changed
FROM ledger
INNER JOIN outcomes ON outcomes.stage = ledger.stage AND outcomes.item = ledger.item
ORDER BY ledger.item;
