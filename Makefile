# Every target makes its own environment from python3 (3.11 or newer); nothing else need be installed.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test-drivers test quick bench bench-peers compare-peers clean lint types suite proof fuzz

demo: $(READY)
	$(BIN)/python -m examples.demo

test: lint types suite

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy --strict semantic

suite: $(READY)
	SEMANTIC_PROOF=check $(BIN)/python -m pytest -q -n 2

# The drivers of Snowflake and BigQuery, each in an environment of its own, before servers on loopback: an emulated
# Snowflake, and GoogleSQL behind BigQuery's REST API. What ran is written down for docs/PROOF.md.
DRIVERS := .venv-drivers
DRIVER_TESTS := -m pytest -q -o addopts=--import-mode=importlib --confcutdir=tests/drivers
test-drivers: $(READY) $(DRIVERS)/.ready
	FAKESNOW_PYTHON=$(DRIVERS)/fakesnow/bin/python \
	    $(DRIVERS)/snowflake/bin/python $(DRIVER_TESTS) tests/drivers/test_snowflake.py
	BIGQUERY_PYTHON=$(BIN)/python $(DRIVERS)/bigquery/bin/python $(DRIVER_TESTS) tests/drivers/test_bigquery.py

$(DRIVERS)/.ready: pyproject.toml
	for name in snowflake bigquery fakesnow; do $(PYTHON) -m venv $(DRIVERS)/$$name || exit 1; done
	$(DRIVERS)/snowflake/bin/python -m pip install --quiet --editable '.[snowflake]' 'pytest>=9,<10'
	$(DRIVERS)/bigquery/bin/python -m pip install --quiet --editable '.[bigquery]' 'pytest>=9,<10'
	$(DRIVERS)/fakesnow/bin/python -m pip install --quiet 'fakesnow[server]==0.12.1' 'snowflake-connector-python<5'
	touch $@

# Writes docs/PROOF.md from a run of the whole suite.
proof: $(READY)
	SEMANTIC_PROOF=write $(BIN)/python -m pytest -q -n 2

# Random questions by the thousand on all four engines, with new seeds each time.
fuzz: $(READY)
	$(BIN)/python -m pytest -q -n 2 --hypothesis-profile=fuzz tests/reference/test_random.py tests/reference/test_laws.py tests/reference/test_modifiers.py tests/reference/test_own_calendars.py tests/reference/test_kept_periods.py tests/reference/test_entities.py

# The inner loop, under 30 seconds: files, cases, promises on DuckDB, faults, doctests.
QUICK := semantic tests/spec tests/promises tests/test_cases.py tests/faults/test_cases.py
quick: $(READY)
	$(BIN)/ruff check .
	$(BIN)/python -m pytest -q -n 2 -x -m "not slow" -k "not (postgres or bigquery or snowflake)" $(QUICK)

bench: $(READY)
	$(BIN)/python -m tests.bench

# MetricFlow in an environment of its own, on the same manifest and in the same run: how fast questions are compiled, and
# whether both give the same rows. Where it cannot be installed, that is said, and nothing is compared.
PEERS := .venv-peers
METRICFLOW := metricflow>=0.213,<0.214
bench-peers: $(READY) peers
	$(BIN)/python -m tests.bench.peers

compare-peers: $(READY) peers
	$(BIN)/python -m tests.bench.peers.compare

.PHONY: peers
peers:
	@test -f $(PEERS)/.ready || { \
	    $(BIN)/python -m venv $(PEERS) && \
	    $(PEERS)/bin/python -m pip install --quiet '$(METRICFLOW)' && touch $(PEERS)/.ready; \
	} || { rm -rf $(PEERS); echo 'MetricFlow could not be installed ($(METRICFLOW)); pip says why above.'; }

clean:
	rm -rf .venv .venv-drivers .venv-peers dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find examples -name '*.duckdb' -delete

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@
