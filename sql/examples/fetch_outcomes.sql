-- What became of every page that was asked for: how many were got, how many are dead, blocked or in trouble?
-- grain: one row a state and reason; key: role, state, reason
SELECT
    role,
    state,
    reason,
    CASE
        WHEN reason IN ('not_found', 'gone', 'no_such_host') THEN 'dead'
        WHEN reason IN ('unauthorized', 'forbidden', 'too_many_requests', 'robots_disallowed', 'legal_reasons')
            THEN 'blocked'
        WHEN reason = '' THEN 'well'
        ELSE 'trouble'
    END AS kind,
    count(*) AS pages,
    min(url) AS such_as
FROM pages
GROUP BY role, state, reason
ORDER BY pages DESC, role, state, reason;
