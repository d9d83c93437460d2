-- Closes the copy: what was written goes to its file.
CHECKPOINT published;
DETACH published;
