-- The tables of a database.
-- grain: one row a table; key: table_name
SELECT table_name
FROM duckdb_tables()
WHERE NOT internal AND database_name = current_database()
ORDER BY table_name;
