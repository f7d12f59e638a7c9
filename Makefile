# The one door.  `make` alone lists what there is.

PYTHON ?= python3
BIN := .venv/bin
BOOK := .venv/book.stamp
DEV := .venv/dev.stamp
CHAPTERS = $(wildcard book/*.ipynb)
SOURCES := $(wildcard tinyml tests tools book/_ext benchmarks)

OUTSIDE := $(PATH)
export PATH := $(CURDIR)/$(BIN):$(PATH)
# One environment for every run, so that outputs are the same everywhere.
export PYTHONHASHSEED := 0
export SOURCE_DATE_EPOCH := 1767225600

.DELETE_ON_ERROR:
.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BOOK): requirements.txt pyproject.toml package-lock.json tools/set_up.py
	@PATH='$(OUTSIDE)' $(PYTHON) tools/set_up.py book

$(DEV): $(BOOK) requirements-dev.txt
	@PATH='$(OUTSIDE)' $(PYTHON) tools/set_up.py dev

.PHONY: .venv setup
.venv: $(DEV)
setup: $(DEV) ## set up everything: .venv and node_modules

.PHONY: check
check: $(DEV) ## the fast half of the tests: formatting, types, unit tests
	ruff format --check .
	ruff check .
	mypy $(SOURCES)
	node node_modules/pyright/index.js
	pytest -q --ignore=tests/browser

.PHONY: clean
clean: ## remove the built book and everything that set-up installed
	rm -rf _build .venv node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info build dist

.PHONY: book
book: $(BOOK) ## set up, build the book into _build/html and say how to open it
	@$(BIN)/python tools/build_book.py

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "==> installing Debian's chromium"; apt-get update -qq && apt-get install -y -qq chromium; \
	else \
		echo "make test needs Chromium: install it (on Debian: sudo apt install chromium) and run again" >&2; exit 1; \
	fi

.PHONY: test
test: chromium check book ## set up and run every test, the browser's included
	node --test tests/js/*.test.js
	pytest -q tests/browser
