-- What was left out at each stage, and why?
-- grain: one row a stage and reason; key: stage, reason
SELECT stage, reason, count(*) AS items, min(item) AS for_example
FROM ledger
WHERE NOT kept
GROUP BY stage, reason
ORDER BY stage, items DESC, reason;
