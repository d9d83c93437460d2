-- Lets pages that were set aside be asked for again: also held ones that could not be looked at again, and lost
-- ones for whose copies an archive in trouble was asked too often.
-- grain: one row a page in a role; key: role, page
UPDATE pages SET state = 'waiting', attempts = 0, not_before = NULL
WHERE
    state = 'set_aside'
    OR (state = 'held' AND attempts > 0)
    OR (
        state = 'failed'
        AND role = 'source'
        AND 'copy of ' || url IN (SELECT item FROM issues WHERE stage = 'fetch' AND reason = 'set_aside')
    )
RETURNING page;
