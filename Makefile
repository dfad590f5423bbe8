# Everything needs only Python 3.11+ and make. Targets: demo test check fix bench docs assets lock audit secrets clean
PYTHON ?= python3
PORT ?= 8000
SIZE ?= small
ARGS ?=
V := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help demo test check types texts secrets audit fix bench docs assets lock clean browser

help:
	@sed -n '1p' Makefile

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "yosafe needs Python 3.11 or newer: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(V)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(V)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(V)/pip check --disable-pip-version-check
	$(V)/python -m compileall -q yosafe  # so that no start has to, where the account that serves may not write here
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.lock
	$(V)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	$(V)/pip check --disable-pip-version-check
	@touch $@

demo: .venv/.ready
	$(V)/yosafe demo --size $(SIZE) --port $(PORT)

browser:
	@sh scripts/browser

test:
	@$(MAKE) --no-print-directory -j 2 .venv/.ready-dev browser
	@$(MAKE) --no-print-directory check
	$(V)/python scripts/test $(ARGS)

check: .venv/.ready-dev
	$(V)/ruff format --check .
	$(V)/ruff check .
	@$(MAKE) --no-print-directory -j 2 types texts secrets

types: .venv/.ready-dev
	$(V)/mypy

texts: .venv/.ready-dev
	$(V)/lint-imports
	$(V)/python scripts/docs --check

secrets: .venv/.ready-dev
	$(V)/python scripts/secrets

audit: .venv/.ready-dev
	$(V)/python scripts/audit

fix: .venv/.ready-dev
	$(V)/ruff check --fix .
	$(V)/ruff format .

bench: .venv/.ready-dev
	$(V)/python -m bench $(ARGS)

docs: .venv/.ready-dev
	$(V)/python scripts/docs

assets:
	sh assets/build

lock: .venv/.ready-dev
	$(V)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --output-file requirements.lock pyproject.toml
	$(V)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --extra dev --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results
