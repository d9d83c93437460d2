-- What is remembered of every host that was asked.
-- grain: one row a host; key: host
SELECT * FROM hosts ORDER BY host;
