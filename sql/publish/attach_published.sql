-- Makes the file of a published copy, in the form that DuckDB 1.4 and later can read.
-- takes: $published (its file, which must not be there)
ATTACH $published AS published (STORAGE_VERSION 'v1.4.0');
