-- How many rows a table has.
-- grain: one row; key: none
-- takes: $table
SELECT count(*) AS items FROM query_table($table);
