-- Replaces ledger rows, and counts in each batch how many of its rows were replaced.
-- grain: one row a stage and item; key: stage, item
-- reads: forgotten (stage, item: rows that go), incoming (rows that come)
UPDATE batches SET superseded = superseded + lost.items
FROM (
    SELECT ledger.run_id, ledger.batch, count(*) AS items
    FROM ledger INNER JOIN forgotten ON ledger.stage = forgotten.stage AND ledger.item = forgotten.item
    GROUP BY ledger.run_id, ledger.batch
) AS lost
WHERE batches.run_id = lost.run_id AND batches.batch = lost.batch;

DELETE FROM ledger USING forgotten
WHERE ledger.stage = forgotten.stage AND ledger.item = forgotten.item;

INSERT INTO ledger BY NAME SELECT * FROM incoming;
