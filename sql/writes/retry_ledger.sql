-- Takes up again what was set aside: the next run tries it as if for the first time.
-- grain: one row a stage and item; key: stage, item
UPDATE ledger SET attempts = 0
WHERE
    (
        stage IN ('extract', 'normalize', 'segment', 'cite')
        AND reason IN ('crashed', 'out_of_memory', 'timed_out')
        AND NOT may_try_again(reason, attempts)
    )
    OR (stage = 'search' AND reason = 'search_failed' AND attempts >= 3)
RETURNING stage, item;
