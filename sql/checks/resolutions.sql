-- A resolution names a source and how it was found, or neither and why not; its score is between 0 and 1.
-- grain: one row a resolution that breaks this
SELECT reference_id, source_id, method, score, reason
FROM resolutions
WHERE
    (source_id IS NULL) <> (method = '')
    OR (source_id IS NULL AND reason = '')
    OR NOT (score BETWEEN 0 AND 1)
    OR isnan(score);
