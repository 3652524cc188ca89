"""The suite. `tests.bench` is run by `make bench` and gates nothing."""
