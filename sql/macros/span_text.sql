-- span_text(text, start_at, end_at): the words of a span, which is half open and counts characters from 0.
CREATE OR REPLACE MACRO span_text(text, start_at, end_at) AS substr(text, start_at + 1, end_at - start_at);
COMMENT ON MACRO span_text IS 'span_text(text, start_at, end_at): the words of a half-open span in characters.';
