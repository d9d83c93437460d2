-- Opens the working database beside the copy that is to be made.
-- takes: $working (its file)
ATTACH $working AS working;
