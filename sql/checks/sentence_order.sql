-- Sentences are numbered from 0 without a gap, do not overlap, and lie inside their block.
-- grain: one row a sentence that breaks this
SELECT document_id, sentence, start_at, previous_end FROM (
    SELECT
        sentences.document_id,
        sentences.sentence,
        sentences.start_at,
        sentences.end_at,
        blocks.start_at AS block_start,
        blocks.end_at AS block_end,
        row_number() OVER in_order - 1 AS expected,
        lag(sentences.end_at) OVER in_order AS previous_end
    FROM sentences
    INNER JOIN blocks ON blocks.document_id = sentences.document_id AND blocks.block = sentences.block
    WINDOW in_order AS (PARTITION BY sentences.document_id ORDER BY sentences.sentence)
)
WHERE
    sentence <> expected
    OR start_at < previous_end
    OR start_at < block_start
    OR end_at > block_end;
