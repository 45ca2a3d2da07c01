# `make help` lists the targets. A fresh machine needs Python 3.11 and make; the rest is installed here.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
DATA ?= .demo
MEDIA ?=
BIN := .venv/bin
# Many processes start here, and each would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE
WEB_SOURCES := $(shell find web/src web/static -type f 2>/dev/null) $(wildcard web/package-lock.json web/*.config.* web/*.ts)

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: .venv/.run ## Make .venv with what running needs

.venv/bin/uv: requirements/uv.txt
	@tools/venv.sh $(PYTHON)

.venv/.run: requirements/run.txt pyproject.toml .venv/bin/uv
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/run.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.run
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

web/build/index.html: .venv/bin/uv $(WEB_SOURCES)
	@tools/web.sh build

web: web/build/index.html ## Build the web client

demo: .venv/.run web/build/index.html ## Fill a demo world and serve it on http://localhost:8000
	@$(BIN)/nightmarket demo --data $(DATA) --port $(PORT) $(if $(MEDIA),--media $(MEDIA))

check: .venv/.dev ## The fast gate: format, lint, spelling, house rules, layers, types
	@$(BIN)/ruff format --check -q src tests tools bench lab web/e2e
	@$(BIN)/ruff check -q src tests tools bench lab web/e2e
	@$(BIN)/codespell src tests tools bench lab docs web/src README.md ARCHITECTURE.md CONTRIBUTING.md
	@$(BIN)/python tools/tidy.py
	@PYTHONPATH=src $(BIN)/lint-imports --no-cache -q 2>/dev/null || PYTHONPATH=src $(BIN)/lint-imports
	@$(BIN)/mypy -p nightmarket
	@$(BIN)/mypy tests tools bench lab web/e2e
	@$(BIN)/python tools/gendocs.py --check

check-web: .venv/.dev web/build/index.html ## The client's gate: types, lint, unit tests, page weight
	@tools/web.sh check

# What the ranker's model compiles to is made once for all processes of a run, and kept for the next.
test: export JAX_COMPILATION_CACHE_DIR = $(CURDIR)/.cache/compiled
test: export JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS = 0.2
test: .venv/.dev web/build/index.html ## Every test; installs Debian's Chromium when it is missing
	@tools/chromium.sh
	@tools/test.sh

wheel: web/build/index.html ## Build a wheel with the web client in it, into dist/
	@$(BIN)/uv build --wheel -q --no-build-isolation --python $(BIN)/python -o dist .

fuzz: .venv/.dev ## Try every operation by chance, for many minutes
	@CONTRACT_EXAMPLES=$(or $(EXAMPLES),200) $(BIN)/pytest tests/contract/test_openapi.py -q -n 2

docs: .venv/.dev ## Write docs/reference from the code
	@$(BIN)/python tools/gendocs.py

bench: .venv/.dev ## Measure; see docs/benchmarks.md
	@$(BIN)/nightmarket bench --help

pins: .venv/.dev ## Compile requirements/ anew, with hashes
	@tools/pins.sh

clean: ## Remove what was built and the demo world
	rm -rf .venv web/node_modules web/build web/.svelte-kit .demo dist

.PHONY: help setup web demo check check-web test wheel fuzz docs bench pins clean
