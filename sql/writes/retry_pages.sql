-- Lets pages that were set aside be asked for again.
-- grain: one row a page in a role; key: role, page
UPDATE pages SET state = 'waiting', attempts = 0, not_before = NULL
WHERE state = 'set_aside'
RETURNING page;
