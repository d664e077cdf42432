# make tables   set up .venv and print every table, rebuilt from the case files, then the ledger's numbers
# make assets   build what the pages bring with them, such as scripts, from the packages of web/package-lock.json (needs npm)
# make test     set up what the tests need and run them all
PYTHON ?= python3
BIN := .venv/bin

.PHONY: tables assets test test-fast format lint benchmark clean

tables: .venv/installed
	@$(BIN)/clusterkg tables --ledger

assets:
	cd web && npm ci --ignore-scripts --no-fund --no-audit && node build.mjs

# The tests of one file share a process: they share what is costly to set up. The longest files come first, as
# tests/conftest.py puts them; left alone, xdist begins with the files of most tests, and ends with the longest.
PARALLEL := -n auto --dist loadfile --no-loadscope-reorder
test: .venv/tested
	$(BIN)/python -m pytest -q $(PARALLEL)

# Everything but the slow tests.
test-fast: .venv/tested
	$(BIN)/python -m pytest -q $(PARALLEL) -m "not slow"

# Hostile, slow and plain requests at the service for minutes.
MINUTES ?= 10
soak: .venv/tested
	CLUSTERKG_SOAK_MINUTES=$(MINUTES) $(BIN)/python -m pytest -q -s tests/test_server_soak.py

# Bring Turtle and Python into the house order.
format: .venv/tested
	$(BIN)/clusterkg format ontology cases_ttl tests/data
	$(BIN)/ruff format .

lint: .venv/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

benchmark: .venv/tested
	$(BIN)/python -m benchmarks.start_up
	$(BIN)/python -m benchmarks.checking
	$(BIN)/python -m benchmarks.coding
	$(BIN)/python -m benchmarks.questions
	$(BIN)/python -m benchmarks.linking
	$(BIN)/python -m benchmarks.guard
	$(BIN)/python -m benchmarks.series
	$(BIN)/python -m benchmarks.serving
	$(BIN)/python -m benchmarks.views

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'clusterkg needs Python 3.11 or newer; say which with: make PYTHON=python3.11' >&2; exit 2; }
	@$(PYTHON) -m venv .venv || \
	  { rm -rf .venv; echo 'this Python cannot make a virtual environment; on Debian: apt-get install python3-venv' >&2; exit 2; }

.venv/installed: .venv/bin/python pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/tested: .venv/bin/python pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ .venv/installed

clean:
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
