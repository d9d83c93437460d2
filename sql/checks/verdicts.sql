-- A verdict is one of the four, its probability is between 0 and 1, and a claim whose source is not held is
-- judged source_unavailable, without a probability.
-- grain: one row a verdict that breaks this
SELECT verdicts.claim_id, verdicts.reference_id, verdicts.verdict, verdicts.probability
FROM verdicts
LEFT JOIN resolutions ON resolutions.reference_id = verdicts.reference_id
WHERE
    verdicts.verdict NOT IN ('supported', 'partially_supported', 'not_supported', 'source_unavailable')
    OR (verdicts.verdict = 'source_unavailable') <> (verdicts.probability IS NULL)
    OR NOT (verdicts.probability BETWEEN 0 AND 1)
    OR isnan(verdicts.probability)
    OR (resolutions.source_id IS NULL AND verdicts.verdict <> 'source_unavailable');
