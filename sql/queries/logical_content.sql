-- Hash of a table's rows that does not depend on their order, on run ids or on times: two databases with
-- the same hashes say the same.
-- grain: one row; key: none
-- takes: $table, $volatile (columns that are left out)
SELECT
    count(*) AS items,
    coalesce(sum(('0x' || substr(md5(content::VARCHAR), 1, 15))::BIGINT::HUGEINT), 0)::VARCHAR AS content_hash
FROM (
    SELECT content FROM (
        SELECT columns(lambda name: NOT list_contains($volatile::VARCHAR[], name)) FROM query_table($table)
    ) AS content
);
