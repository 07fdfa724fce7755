# The menu. Every line works on a machine with only Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -m

.DEFAULT_GOAL := help
.PHONY: help demo test lint format types bench up lock clean

help: ## show this menu
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Rota needs Python 3.11 or newer: make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(RUN) pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(RUN) pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

demo: .venv/.installed ## a restaurant in your terminal: real PostgreSQL, Valkey, API, workers, chat
	@$(BIN)/rota demo

test: .venv/.installed ## the whole suite on real PostgreSQL, Valkey and worker processes
	$(RUN) pytest -n 2 --dist loadgroup

lint: .venv/.installed ## ruff, mypy strict, import contracts
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(BIN)/lint-imports

format: .venv/.installed ## rewrite the code in the house style
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

types: .venv/.installed ## mypy strict over every package
	$(RUN) mypy

bench: .venv/.installed ## the measurements that the README quotes
	$(BIN)/rota bench benchmarks

up: ## the production set-up, in containers
	docker compose up --build

lock: .venv/.installed ## pin every dependency again, for Python 3.11 and later on all platforms
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra dev --output-file requirements.lock pyproject.toml

clean: ## remove the virtual environment and caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
