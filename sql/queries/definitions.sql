-- Which state of the macros and views is in the database.
-- grain: one row, or none; key: name
SELECT sha256 FROM schema_definitions;
