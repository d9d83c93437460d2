-- Whether a database is one of workscited, and whether anything at all is in it.
-- grain: one row; key: none
SELECT coalesce(bool_or(table_name = 'schema_migrations'), false) AS ours, count(*) AS tables
FROM duckdb_tables()
WHERE NOT internal AND database_name = current_database();
