-- is_dead(reason): whether a reason code of pages or fetches says that a page is gone for good.
-- tasks/fetch/records.py holds the same codes; a test compares them.
CREATE OR REPLACE MACRO is_dead(reason) AS reason IN ('not_found', 'gone', 'no_such_host');
COMMENT ON MACRO is_dead IS 'is_dead(reason): whether a page that failed so is gone; a blocked one is not.';
