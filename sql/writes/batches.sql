-- Adds the row of a batch that is being committed.
-- grain: one row a batch; key: run_id, batch
-- reads: incoming (one row)
INSERT INTO batches BY NAME SELECT * FROM incoming;
