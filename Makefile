# Needs Python 3.11 or newer and make; everything else is installed into .venv.

PYTHON ?= python3
ARGS ?=
NIGHTS ?= 1:200
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
# What decides what is installed: when one of these changes, the next target installs again.
MANIFESTS := pyproject.toml hatch_build.py $(wildcard plugins/*/venue.toml)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo serve test soak peers check fix docs bench clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

setup: $(VENV)/.dev ## make .venv and install everything that developing needs

demo: $(VENV)/.run ## install, then show the engine at work: no network, no keys
	@$(BIN)/sequence demo $(ARGS)

serve: $(VENV)/.run ## run an engine here; options in ARGS="--port 50052"
	@$(BIN)/sequence serve $(ARGS)

# Without CI, tests of a peer that could not be made skip and say so.
test: $(VENV)/.dev ## run all tests; pytest's options in ARGS="-k route"
	@$(BIN)/python tests/peers/install.py || test -z "$$CI"
	@$(BIN)/python -m pytest $(ARGS)

soak: $(VENV)/.dev ## nights of faults thrown at a live engine; which in NIGHTS=1:1000
	@VENUEKIT_CHAOS=$(NIGHTS) $(BIN)/python -m pytest tests/live/test_chaos.py $(ARGS)

peers: $(VENV)/.dev ## other people's clients, each in an environment of its own; names in ARGS="ccxt"
	@$(BIN)/python tests/peers/install.py $(ARGS)

check: $(VENV)/.dev ## format, lint, types, layout, docs
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/python -m pytest tests/test_layout.py tests/test_docs.py

fix: $(VENV)/.dev ## format, and repair what lint can
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format --quiet

docs: $(VENV)/.dev ## write the generated parts of the docs again
	@$(BIN)/python docs/build.py

bench: $(VENV)/.dev ## run every benchmark; options in ARGS="--no-peers"
	@$(BIN)/python benchmarks/run.py $(ARGS)

clean: ## remove .venv, .peers, caches and builds
	@rm -rf $(VENV) .peers .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.run: $(MANIFESTS) | $(BIN)/python
	@echo "installing venuekit into $(VENV)"
	@$(PIP) -e .
	@touch $@

$(VENV)/.dev: $(MANIFESTS) | $(BIN)/python
	@echo "installing venuekit and its tools into $(VENV)"
	@$(PIP) -e ".[dev]"
	@touch $(VENV)/.run $@

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "no $(PYTHON) here: install Python 3.11 or newer, or name one, as in make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, $(PYTHON) is $$($(PYTHON) -V 2>&1): name another, as in make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
