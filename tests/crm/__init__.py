"""The CRM library: its own tests on every engine, its laws, and the real data that it was made for."""
