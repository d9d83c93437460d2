-- Writes a table to a Parquet file.
-- takes: $table, $file
COPY (FROM query_table($table)) TO $file (FORMAT parquet);
