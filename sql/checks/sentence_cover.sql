-- The sentences of a block hold all its words: what lies outside them is blank.
-- grain: one row a block of a segmented document where words lie outside
WITH segmented AS (
    SELECT item AS document_id FROM ledger WHERE stage = 'segment' AND kept
),

inside AS (
    SELECT
        sentences.document_id,
        sentences.block,
        string_agg(span_text(documents.text, sentences.start_at, sentences.end_at), '' ORDER BY sentences.sentence) AS words
    FROM sentences
    INNER JOIN documents ON documents.document_id = sentences.document_id
    GROUP BY sentences.document_id, sentences.block
)

SELECT blocks.document_id, blocks.block
FROM blocks
INNER JOIN segmented ON segmented.document_id = blocks.document_id
INNER JOIN documents ON documents.document_id = blocks.document_id
LEFT JOIN inside ON inside.document_id = blocks.document_id AND inside.block = blocks.block
WHERE
    regexp_replace(span_text(documents.text, blocks.start_at, blocks.end_at), '\s', '', 'g')
    <> regexp_replace(coalesce(inside.words, ''), '\s', '', 'g');
