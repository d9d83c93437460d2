-- Records which state of the macros and views is in the database.
-- grain: one row; key: name
INSERT INTO schema_definitions VALUES ('definitions', $sha256);
