-- Counts add up: of a batch, items = kept + dropped and dropped = the sum of its reasons; of the ledger, as
-- many rows a batch as it had items, less those that a later batch did again.
-- grain: one row a batch where they do not
SELECT batches.run_id, batches.batch, batches.stage, batches.items, batches.superseded, count(ledger.item) AS in_ledger
FROM batches
LEFT JOIN ledger ON ledger.run_id = batches.run_id AND ledger.batch = batches.batch
GROUP BY ALL
HAVING
    batches.items <> batches.kept + batches.dropped
    OR batches.dropped <> coalesce(list_sum(map_values(any_value(batches.reasons))), 0)
    OR (batches.stage <> 'embed' AND count(ledger.item) <> batches.items - batches.superseded);
