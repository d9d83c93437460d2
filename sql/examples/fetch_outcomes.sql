-- What became of every page that was asked for: how many were got, how many are dead, blocked or in trouble?
-- grain: one row a state and reason; key: role, state, reason
SELECT
    role,
    state,
    reason,
    CASE
        WHEN is_dead(reason) THEN 'dead'
        WHEN is_blocked(reason) THEN 'blocked'
        WHEN reason = '' THEN 'well'
        ELSE 'trouble'
    END AS kind,
    count(*) AS pages,
    min(url) AS such_as
FROM pages
GROUP BY role, state, reason
ORDER BY pages DESC, role, state, reason;
