-- What of sql/ has been applied to this database; made before any migration is looked up.
-- grain: one row a file; key: schema_migrations.number, schema_definitions.name
CREATE TABLE IF NOT EXISTS schema_migrations (
    number INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    applied_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE schema_migrations IS 'One row a migration that was applied. Key: number.';
COMMENT ON COLUMN schema_migrations.number IS 'Number of the file in sql/schema.';
COMMENT ON COLUMN schema_migrations.name IS 'Name of the file.';
COMMENT ON COLUMN schema_migrations.sha256 IS 'SHA-256 of the file as it was applied, lower-case hex.';
COMMENT ON COLUMN schema_migrations.applied_at IS 'When it was applied (UTC).';

CREATE TABLE IF NOT EXISTS schema_definitions (
    name VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL
);
COMMENT ON TABLE schema_definitions IS 'One row: which state of the macros and views is in this database. Key: name.';
COMMENT ON COLUMN schema_definitions.name IS 'Always definitions.';
COMMENT ON COLUMN schema_definitions.sha256 IS 'SHA-256 over the files of sql/macros and sql/views, lower-case hex.';
