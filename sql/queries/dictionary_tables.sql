-- Tables and views with their comments.
-- grain: one row a table or view; key: name
SELECT table_name AS name, 'table' AS kind, comment
FROM duckdb_tables()
WHERE NOT internal AND database_name = current_database()
UNION ALL
SELECT view_name, 'view', comment
FROM duckdb_views()
WHERE NOT internal AND database_name = current_database()
ORDER BY kind, name;
