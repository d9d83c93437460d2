-- Pages that are to be asked for now: one of their roles waits, and this run has not asked for them already.
-- grain: one row a page; key: page
-- takes: $now, $run_id
SELECT page
FROM pages
WHERE
    state = 'waiting'
    AND (not_before IS NULL OR not_before <= $now)
    AND page NOT IN (SELECT page FROM fetches WHERE purpose = 'page' AND run_id = $run_id)
GROUP BY page
ORDER BY min(added_at), page;
