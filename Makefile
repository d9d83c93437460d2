# workscited: `make demo` shows it at work, `make test` tests it. Both set up .venv first.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

# Any Python from 3.11 on: make demo PYTHON=python3.12
PYTHON ?= python3
# Each takes up to 2 GB of memory.
TEST_PROCESSES ?= 2
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.workscited-installed

# The demo keeps Prefect's own files beside its database and knows no server of yours, so that it
# neither shows up in your Prefect nor leaves anything outside this folder.
DEMO_PREFECT := examples/data/prefect
DEMO_ENV := env -u PREFECT_PROFILE -u PREFECT_API_URL PREFECT_HOME="$(CURDIR)/$(DEMO_PREFECT)"

.PHONY: help demo test slow lint types lock setup clean

help:  ## say what there is
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

setup: $(STAMP)  ## make .venv and install the pinned versions into it

# A torch that already lies in .venv is kept where its version fits: a CPU-only build is enough.
$(STAMP): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "workscited: there is no $(PYTHON); name yours: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "workscited needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name a newer one: make PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "==> making $(VENV) with $$($(PYTHON) -V)"; $(PYTHON) -m venv $(VENV); }
	@echo "==> installing the pinned packages into $(VENV)"
	@echo "    The first time this fetches about 2 GB (torch is most of it) and takes some minutes."
	$(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@
	@echo "==> the packages are there"

demo: setup  ## run the pipeline over examples/ and show what it found
	@echo "==> workscited run --config examples/workscited.toml"
	@mkdir -p $(DEMO_PREFECT)
	@$(DEMO_ENV) $(BIN)/workscited run --config examples/workscited.toml; status=$$?; \
	if [ $$status -eq 1 ]; then echo "(exit status 1: the run ended with issues to look at, as this demo is meant to)"; \
	else exit $$status; fi

# Two processes use the two cores of a small machine. Each file's tests stay in one, with what they set up.
test: setup  ## run the tests
	$(BIN)/python -m pytest -m "not slow" --numprocesses $(TEST_PROCESSES) --dist loadfile

slow: setup  ## run the long tests that `make test` leaves out
	$(BIN)/python -m pytest -m slow

lint: setup  ## lint, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Resolved as if nothing were installed, in an environment of its own, then written down.
lock:  ## resolve all dependencies anew and pin them in constraints.txt
	@work=$$(mktemp -d) && trap 'rm -rf "$$work"' EXIT && \
	echo "==> resolving the dependencies anew (some minutes)" && \
	$(PYTHON) -m venv "$$work/venv" && \
	"$$work/venv/bin/python" -m pip install --disable-pip-version-check --quiet --dry-run --ignore-installed \
		--report "$$work/report.json" '.[dev]' && \
	$(PYTHON) .ci/lock.py <"$$work/report.json" >"$$work/constraints.txt" && \
	cp "$$work/constraints.txt" constraints.txt && \
	echo "==> constraints.txt pins $$(grep -c == constraints.txt) packages"

clean:  ## remove what the demo and the tools left; .venv stays
	rm -rf examples/data .pytest_cache .mypy_cache .ruff_cache .hypothesis benchmarks/.work dist
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
