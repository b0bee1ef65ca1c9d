# Two commands do everything: `make run` and `make test`. Both may be repeated.
PYTHON ?= python3
PORT ?= 8000
SANDBOX_PORT ?= 8090
BIN := .venv/bin
export PORT SANDBOX_PORT

.PHONY: run dev test lint types messages screenshots clean

run: .venv/runs
	@exec $(BIN)/python manage.py run

dev: .venv/runs
	@exec $(BIN)/python manage.py run --dev

test: .venv/tests
	$(BIN)/python -m pytest -n auto $(ARGS)

lint: .venv/tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --lint --quiet templates

types: .venv/tests
	$(BIN)/mypy

# Every marked text into the catalogues, and these into what the product reads; needs gettext.
messages: .venv/tests
	$(BIN)/python -m tests.languages.messages

screenshots: .venv/tests
	$(BIN)/python -m tests.browser.screenshots

clean:
	rm -rf .venv staticfiles

.venv/bin/python:
	$(PYTHON) -m venv .venv

# The stamps are younger than what they were installed from, so that a second run installs nothing.
.venv/runs: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

# Without npm the tests of accessibility are skipped, and say so.
.venv/tests: requirements.txt requirements-dev.txt tests/browser/package.json | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	if command -v npm >/dev/null; then cd tests/browser && npm install --silent --no-package-lock --no-audit --no-fund; fi
	@touch $@ .venv/runs
