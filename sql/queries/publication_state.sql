-- Hash of all that decides what a published copy holds: it changes with every committed batch. That a page
-- was asked for and has not changed is no reason for a new copy, nor that a feed, sitemap or list was asked:
-- what it tells stands in the pages, what is wrong with it in the issues. Nor is a date of change, which some
-- sites renew with every answer: where a page did change, an attempt to get it tells.
-- grain: one row; key: none
SELECT
    md5(
        concat_ws(
            '|', done.hash, known.hash, asked.hash, space.hash, applied.hash, defined.hash, unfinished.hash
        )
    ) AS content_hash
FROM
    (
        SELECT string_agg(run_id || ':' || batch || ':' || superseded, '|' ORDER BY run_id, batch) AS hash
        FROM batches
        WHERE stage <> 'fetch'
    ) AS done,
    (
        SELECT
            string_agg(
                concat_ws('|', role, page, url, state, reason, title, published), '|' ORDER BY role, page
            ) AS hash
        FROM pages
    ) AS known,
    (
        SELECT count(*) || '|' || max(fetched_at) AS hash
        FROM fetches
        WHERE outcome <> 'unchanged' AND purpose NOT IN ('feed', 'sitemap', 'list')
    ) AS asked,
    (SELECT string_agg(key, '|' ORDER BY key) AS hash FROM embedding_space) AS space,
    (SELECT string_agg(sha256, '|' ORDER BY number) AS hash FROM schema_migrations) AS applied,
    (SELECT string_agg(sha256, '|' ORDER BY name) AS hash FROM schema_definitions) AS defined,
    (SELECT string_agg(stage || item || reason, '|' ORDER BY stage, item, reason, detail) AS hash FROM issues) AS unfinished;
