-- Macros with their comments.
-- grain: one row a macro; key: name
SELECT function_name AS name, comment
FROM duckdb_functions()
WHERE NOT internal AND database_name = current_database() AND function_type = 'macro'
ORDER BY name;
