-- Issues of a batch that are recorded already.
-- grain: one row an issue; key: stage, item, reason, detail
-- reads: incoming (stage, item, reason, detail)
SELECT stage, item, reason, detail FROM issues
INTERSECT
SELECT stage, item, reason, detail FROM incoming
ORDER BY ALL;
