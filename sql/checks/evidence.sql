-- A claim that was judged against a held source has its evidence beside it.
-- grain: one row a verdict without a passage
SELECT claim_id, reference_id, verdict
FROM verdicts
WHERE
    verdict IN ('supported', 'partially_supported')
    AND (claim_id, reference_id) NOT IN (SELECT (claim_id, reference_id) FROM links);
