-- is_blocked(reason): whether a reason code of pages or fetches says that a page is kept from us.
-- tasks/fetch/records.py holds the same codes; a test compares them.
CREATE OR REPLACE MACRO is_blocked(reason) AS reason IN (
    'unauthorized', 'payment_required', 'forbidden', 'too_many_requests', 'robots_disallowed', 'legal_reasons'
);
COMMENT ON MACRO is_blocked IS 'is_blocked(reason): whether a page that failed so may well be there, but not for us.';
