-- Columns of tables and views with types and comments, in order.
-- grain: one row a column; key: name, column_name
SELECT table_name AS name, column_name, data_type, is_nullable, comment
FROM duckdb_columns()
WHERE NOT internal AND database_name = current_database()
ORDER BY table_name, column_index;
