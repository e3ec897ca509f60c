# Every target sets itself up: a virtual environment in .venv, made again when pyproject.toml changes.
# Another Python: make PYTHON=python3.13 test

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo serve test test-slow bench readme format clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY) ## play a whole conversation against a real app server, and end (ARGS="-v" shows the wire)
	@$(BIN)/mock-udesk demo --once --port 0 $(ARGS)

serve: $(READY) ## run the server until Ctrl-C (ARGS="--port 9000 --receive-url http://…")
	@$(BIN)/mock-udesk serve $(ARGS)

test: $(READY) ## check format, lint, types, and run all tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

test-slow: $(READY) ## run the tests that take minutes: the big fuzz, many clients side by side, pages in a browser
	@$(BIN)/pytest -n 2 --dist worksteal -m slow $(ARGS)

bench: $(READY) ## measure speed and memory beside a bare aiohttp handler
	@$(BIN)/python -m benchmarks $(ARGS)

readme: $(READY) ## write the generated parts of the READMEs anew
	@$(BIN)/python -m tests.readme_parts

format: $(READY) ## format the code and sort imports
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean: ## remove the virtual environment and all caches
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml
	@command -v $(PYTHON) >/dev/null || { \
	  echo "mock-udesk needs Python 3.11 or newer; there is no $(PYTHON) here."; \
	  echo "On Debian or Ubuntu: apt-get install python3 python3-venv. Elsewhere name yours: make PYTHON=/path/to/python3"; exit 1; } >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "mock-udesk needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another one: make PYTHON=python3.12"; exit 1; } >&2
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) lacks the venv module. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; } >&2
	@echo "Setting up $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	@touch $@
