-- share(part, whole): part of whole between 0 and 1, NULL where the whole is nothing.
CREATE OR REPLACE MACRO share(part, whole) AS part / nullif(whole, 0);
COMMENT ON MACRO share IS 'share(part, whole): part of whole, 0–1; NULL where whole is 0.';
