# Two commands do everything: `make demo` shows the product, `make test` proves it.
# ARGS goes to the command itself: make demo ARGS=--once
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
ARGS ?=
# Test files that run side by side: three on two cores, for many of them wait for processes that they
# started. JOBS=0 keeps to one.
JOBS ?= 3

.PHONY: demo test test-network check install format bench screenshots clean

demo: install
	$(BIN)/klankbord demo $(ARGS)

test: .venv/.test check
	$(BIN)/python -m pytest -m "not bench and not network" -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

# Bluesky on the AT Protocol's own development network; needs npm, PostgreSQL and Redis.
test-network: .venv/.test .venv/network/.installed
	$(BIN)/python -m pytest -m network $(ARGS) tests/network

.venv/network/.installed: .venv/bin/python tests/network/package.json tests/network/network.mjs tests/network/install.sh
	tests/network/install.sh $(CURDIR)/.venv/network

check: .venv/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

install: .venv/.runtime

format: .venv/.test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/.test
	PIP_CONSTRAINT=constraints.txt $(PIP) install -e '.[bench]'
	$(BIN)/python -m pytest -m bench -s $(ARGS)

screenshots: .venv/.test
	$(BIN)/python -m tests.pictures

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Klankbord needs Python 3.11 or newer; say make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv

.venv/.runtime: .venv/bin/python pyproject.toml constraints.txt
	PIP_CONSTRAINT=constraints.txt $(PIP) install -e .
	@touch $@

.venv/.test: .venv/.runtime
	PIP_CONSTRAINT=constraints.txt $(PIP) install -e '.[test]'
	@touch $@
