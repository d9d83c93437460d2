-- Blocks are numbered from 0 without a gap and do not overlap.
-- grain: one row a block that breaks this
SELECT document_id, block, start_at, previous_end FROM (
    SELECT
        document_id,
        block,
        start_at,
        row_number() OVER in_order - 1 AS expected,
        lag(end_at) OVER in_order AS previous_end
    FROM blocks
    WINDOW in_order AS (PARTITION BY document_id ORDER BY block)
)
WHERE block <> expected OR start_at < previous_end;
