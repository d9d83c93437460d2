-- Migrations that were applied.
-- grain: one row a migration; key: number
SELECT number, name, sha256 FROM schema_migrations ORDER BY number;
