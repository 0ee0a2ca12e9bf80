# `make run` reads the seed articles and serves the graph; `make test` runs the tests. Both install what they need.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
STORE ?= $(or $(KG_STORE),.kg/store)
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 2

BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
BUILT := $(STORE).built
PROGRAM := $(shell find kg ontology -type f -not -path '*/__pycache__/*' -not -path 'kg/serving/*' 2>/dev/null)
SEEDS := $(shell find seeds -type f 2>/dev/null)

# One thread a process: several threads on few cores make the models many times slower.
export OMP_NUM_THREADS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# A store that was removed by hand is built again.
ifeq ($(wildcard $(STORE)),)
$(shell rm -f '$(BUILT)')
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run build test figures ablation check format lint types layers clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  Variables: PYTHON=$(PYTHON) VENV=$(VENV) STORE=$(STORE) HOST=$(HOST) PORT=$(PORT) WORKERS=$(WORKERS)"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Call: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(INSTALLED_DEV): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $(INSTALLED) $@

$(BUILT): $(INSTALLED) $(SEEDS) $(PROGRAM)
	$(BIN)/kg build seeds/ --store $(STORE) --workers $(WORKERS)
	@touch $@

install: $(INSTALLED) ## Install the program into .venv

build: $(BUILT) ## Read the seed articles into the store

run: $(BUILT) ## Read the seed articles and serve the graph (HOST, PORT)
	$(BIN)/kg serve --store $(STORE) --host $(HOST) --port $(PORT)

test: $(INSTALLED_DEV) ## Run the tests with coverage
	$(BIN)/python -m pytest --cov --cov-report=term

figures: $(INSTALLED_DEV) ## Score the graphs of the annotated articles (README, Figures)
	$(BIN)/python benchmarks/figures.py

ablation: $(INSTALLED_DEV) ## Score the extractor without each of its parts (kg/README.md)
	$(BIN)/python benchmarks/ablation.py

check: lint types layers test ## Run format, lint, types, layers and tests

format: $(INSTALLED_DEV) ## Format the code and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(INSTALLED_DEV) ## Check format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(INSTALLED_DEV) ## Check types (mypy, strict)
	$(BIN)/mypy

layers: $(INSTALLED_DEV) ## Check that imports go one way
	$(BIN)/lint-imports

clean: ## Remove the environment, the store and all caches
	rm -rf $(VENV) .kg build dist .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
