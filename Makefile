# `make demo` and `make test` need Python 3.11 or newer, git and make; they set up everything else in .venv.

NEW_ENOUGH := 'import sys; sys.exit(sys.version_info < (3, 11))'
PYTHON := $(shell for name in python3.11 python3.12 python3.13 python3; do \
	$$name -c $(NEW_ENOUGH) >/dev/null 2>&1 && echo $$name && break; done)
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: help demo test lint types unit bench docs clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/' | expand -t 12

demo: $(INSTALLED) ## serve every twin on a free port, judge it, print the summary
	$(BIN)/python -m apitwin.demo

test: lint types unit ## lint, types and all tests

lint: $(INSTALLED) ## format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(INSTALLED) ## mypy, strict, tests included
	$(BIN)/mypy

unit: $(INSTALLED) ## all tests
	$(BIN)/pytest -n 2 --dist loadfile

bench: $(INSTALLED) ## ratios for docs/performance.md
	$(BIN)/python -m bench.lane

docs: $(INSTALLED) ## that everything is documented, and the examples are true
	$(BIN)/pytest tests/test_docs.py tests/test_pages.py

clean: ## forget what was built
	rm -rf .venv .tox build dist reports .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(INSTALLED): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "apitwin needs Python 3.11 or newer; none of python3.11, python3.12, python3.13, python3 is"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing into .venv"
	@$(BIN)/python -m pip install -qq --no-input --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(INSTALLED)
