-- Brings what is remembered of hosts up to date.
-- grain: one row a host; key: host
-- reads: incoming (each host once)
MERGE INTO hosts USING incoming ON hosts.host = incoming.host
WHEN MATCHED THEN UPDATE SET
    failures = incoming.failures,
    not_before = incoming.not_before,
    robots = incoming.robots,
    robots_status = incoming.robots_status,
    robots_at = incoming.robots_at
WHEN NOT MATCHED THEN INSERT BY NAME;
