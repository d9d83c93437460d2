-- Hash of a table's rows that does not depend on their order, on run ids or on times: two databases with
-- the same hashes say the same. Comparable within one version of DuckDB.
-- grain: one row; key: none
-- takes: $table, $volatile (columns that are left out)
SELECT
    count(*) AS items,
    coalesce(sum(hash(content)::HUGEINT), 0)::VARCHAR AS content_hash
FROM (
    SELECT content FROM (
        SELECT columns(lambda name: NOT list_contains($volatile::VARCHAR[], name)) FROM query_table($table)
    ) AS content
);
