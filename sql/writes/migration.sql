-- Records a migration that was applied.
-- grain: one row a migration; key: number
INSERT INTO schema_migrations VALUES ($number, $name, $sha256, $applied_at);
