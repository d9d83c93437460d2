-- Copies tables without rows, views, macros and all comments.
COPY FROM DATABASE working TO published (SCHEMA);
