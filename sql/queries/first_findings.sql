-- The first open findings for the report at a run's end: those that several claims bear out come first.
-- grain: one row a finding
-- takes: $limit
SELECT kind, uri AS article, labels, suggested, reason
FROM findings
WHERE status = 'open'
ORDER BY len(suggested) DESC, kind, uri, finding_id
LIMIT $limit;
