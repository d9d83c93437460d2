-- Hash of all that decides what a published copy holds: it changes with every committed batch.
-- grain: one row; key: none
SELECT md5(concat_ws('|', done.hash, space.hash, applied.hash, defined.hash, unfinished.hash)) AS content_hash
FROM
    (SELECT string_agg(run_id || ':' || batch || ':' || superseded, '|' ORDER BY run_id, batch) AS hash FROM batches) AS done,
    (SELECT string_agg(key, '|' ORDER BY key) AS hash FROM embedding_space) AS space,
    (SELECT string_agg(sha256, '|' ORDER BY number) AS hash FROM schema_migrations) AS applied,
    (SELECT string_agg(sha256, '|' ORDER BY name) AS hash FROM schema_definitions) AS defined,
    (SELECT string_agg(stage || item || reason, '|' ORDER BY stage, item, reason, detail) AS hash FROM issues) AS unfinished;
