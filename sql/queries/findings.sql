-- Every finding, open or closed.
-- grain: one row a finding; key: finding_id
SELECT * FROM findings ORDER BY uri, kind, finding_id;
