-- Replaces the issues of a batch's items; an issue that is there already is not written again.
-- grain: one row a thing that went wrong; key: stage, item, reason, detail
-- reads: forgotten (stage, item: items done again or undone), incoming (the issues of the batch)
DELETE FROM issues USING forgotten
WHERE issues.stage = forgotten.stage AND issues.item = forgotten.item;

INSERT INTO issues BY NAME
SELECT DISTINCT ON (stage, item, reason, detail) *
FROM incoming
WHERE (stage, item, reason, detail) NOT IN (SELECT (stage, item, reason, detail) FROM issues)
ORDER BY stage, item, reason, detail;
