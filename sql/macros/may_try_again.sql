-- may_try_again(reason, attempts): whether an item that was dropped so is tried again in the next run.
-- The reasons are those of a child process that did not live to answer; the third try is the last.
CREATE OR REPLACE MACRO may_try_again(reason, attempts) AS
    reason IN ('crashed', 'out_of_memory', 'timed_out') AND attempts < 3;
COMMENT ON MACRO may_try_again IS 'may_try_again(reason, attempts): whether an item dropped so is tried again by the next run.';
