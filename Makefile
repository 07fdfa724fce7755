# The menu. Every line works on a machine with only Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -m
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

.DEFAULT_GOAL := help
.PHONY: help demo test test-external fuzz lint audit format types messages bench bench-service bench-mixed bench-trading chaos up lock clean

help: ## show this menu
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Rota needs Python 3.11 or newer: make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(RUN) pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(RUN) pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

demo: .venv/.installed ## a restaurant in your terminal: real PostgreSQL, Valkey, API, workers, chat
	@$(BIN)/rota demo

test: .venv/.installed ## the whole suite on real PostgreSQL, Valkey and worker processes
	$(RUN) pytest -n 3 --dist loadgroup

test-external: .venv/.installed ## the same on Debian's PostgreSQL and Redis, or on given ones
	$(RUN) tools.external -n 2 --dist loadgroup

fuzz: .venv/.installed ## more than 20,000 requests made up from our own OpenAPI
	$(RUN) tools.fuzz

lint: .venv/.installed ## ruff, mypy strict, import contracts, Dockerfile, compose file, Kubernetes manifests, secrets
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint deploy/Dockerfile
	$(RUN) tools.manifests
	$(RUN) tools.leaks

audit: .venv/.installed ## known weaknesses of what we depend on; asks the Python package index, so it needs a network
	$(RUN) pip install --quiet --disable-pip-version-check pip-audit
	$(RUN) pip_audit --require-hashes --disable-pip --requirement requirements.lock

format: .venv/.installed ## rewrite the code in the house style
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

types: .venv/.installed ## mypy strict over every package
	$(RUN) mypy

messages: .venv/.installed ## bring the catalogues up to date with the sentences in the code
	$(RUN) tools.messages

bench: .venv/.installed ## measure everything, or some of the solver: make bench TABLES="curtois first-weeks"
	$(RUN) pip install --quiet --disable-pip-version-check --editable '.[bench]'
	$(RUN) benchmarks $(TABLES) $(OPTIONS)
	$(if $(TABLES),,$(MAKE) bench-mixed bench-service bench-trading)

bench-service: .venv/.installed ## measure the service on a million assignments
	$(RUN) benchmarks.service

bench-mixed: .venv/.installed ## step commands up beside planning teams until acknowledgements come late
	$(RUN) benchmarks.mixed

bench-trading: .venv/.installed ## measure partners, and a rush of 200 on one offer
	$(RUN) benchmarks.trading

chaos: export FAULTS := $(FAULTS)
chaos: export ROUNDS := $(ROUNDS)
chaos: .venv/.installed ## break everything, one thing after the other: make chaos FAULTS="kill,valkey emptied" ROUNDS=2
	@$(RUN) tests.chaos

up: ## the production set-up, in containers
	docker compose --profile slack --profile telegram up --build

lock: .venv/.installed ## pin every dependency again, ours and those of production, for Python 3.11 and later on all platforms
	$(LOCK) --extra dev --extra otel --output-file requirements.lock pyproject.toml
	$(LOCK) --extra otel --constraint requirements.lock --output-file deploy/requirements.lock pyproject.toml

clean: ## remove the virtual environment and caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
