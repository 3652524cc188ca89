"""A test for every promise, on DuckDB and on Postgres; what is right is worked out by hand in the test."""
