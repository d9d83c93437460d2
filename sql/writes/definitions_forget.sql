-- Forgets which state of the macros and views is in the database.
-- grain: one row; key: name
DELETE FROM schema_definitions;
