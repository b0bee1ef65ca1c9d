# `make run` starts everything and `make test` tests it. Both can be repeated.
PYTHON ?= python3
PORT ?= 8000
SANDBOX_PORT ?= 8090
BIN := .venv/bin
export PORT SANDBOX_PORT

# After an upgrade of Python, an environment may point to one that is gone: make a new one.
ifneq ($(wildcard .venv/bin),)
ifneq ($(shell $(BIN)/python -c 'print(1)' 2>/dev/null),1)
$(info The Python of .venv is gone. Making a new environment.)
$(shell rm -rf .venv)
endif
endif

.PHONY: run dev test test-fast attack fuzz faults soak bench lint types messages previews screenshots lock sbom clean

run: .venv/runs
	@exec $(BIN)/python manage.py run

dev: .venv/runs
	@exec $(BIN)/python manage.py run --dev

test: .venv/tests
	$(BIN)/python -m pytest -n auto $(ARGS)

# Without the browser and the slow tests.
test-fast: .venv/tests
	$(BIN)/python -m pytest -n auto -m "not slow and not browser" --ignore tests/browser $(ARGS)

# Random input for every parser that strangers, browsers or the provider reach; make test tries 150 of each.
EXAMPLES ?= 5000
fuzz: .venv/tests
	FUZZ_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest -n auto tests/test_fuzz.py $(ARGS)

# Real processes, killed and cut off on purpose, on SQLite and on PostgreSQL with Redis: about half an hour.
# What was seen is written to docs/faults.md if every verdict was good.
faults: export FAULTS_NOTES ?= $(shell mktemp -d)
faults: .venv/tests
	FAULTS_ON=sqlite $(BIN)/python -m pytest -v -m "not postgresql" tests/faults $(ARGS)
	FAULTS_ON=postgresql $(BIN)/python -m pytest -v tests/faults $(ARGS)
	$(BIN)/python -m tests.faults.report

# A random schedule of clips, faults and kills, then the judge; the seed that is printed repeats it, and its row goes
# to docs/faults.md. FAULTS_ON=postgresql takes PostgreSQL and Redis.
MINUTES ?= 20
CLIPS ?= 100000
SEED ?=
soak: .venv/tests
	$(BIN)/python -m tests.faults.soak --minutes $(MINUTES) --clips $(CLIPS) $(if $(SEED),--seed $(SEED))

# What pages cost with 100 to a million clips, as ratios, into docs/benchmarks.md; SIZE=small takes two minutes.
# SIZE=people lets a hundred people click at once; FAULTS_ON=postgresql takes PostgreSQL and Redis.
SIZE ?= full
bench: .venv/tests
	$(BIN)/python -m tests.bench $(SIZE)

# Scanners made by others against a product on this machine, into docs/attacks.md: about ten minutes.
ATTACK_MINUTES ?= 10
attack: .venv/tests .venv-attack/installed
	$(BIN)/python -m tests.attack $(ATTACK_MINUTES)

lint: .venv/tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml -ll generations seedance_web

types: .venv/tests
	$(BIN)/mypy

# Extract marked texts into the catalogues and compile them. Needs gettext.
messages: .venv/tests
	$(BIN)/python -m tests.languages.messages

# The moving previews of camera moves and styles, drawn by the sandbox.
previews: .venv/tests
	$(BIN)/python -m generations.apiframe.sandbox.film.previews static/previews

screenshots: .venv/tests
	$(BIN)/python -m tests.browser.screenshots

# Every dependency of requirements.txt, and theirs, with version and hashes.
lock: .venv/tests
	$(BIN)/uv pip compile requirements.txt --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --output-file requirements.lock

# What runs in production, as CycloneDX.
sbom: .venv/tests
	$(BIN)/cyclonedx-py requirements requirements.lock --output-reproducible --output-file sbom.json

clean:
	rm -rf .venv .venv-attack staticfiles

.venv/bin/python:
	$(PYTHON) -m venv .venv

# Stamps are newer than their requirements files, so that a second run installs nothing.
.venv/runs: requirements.lock | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

# Without npm the accessibility tests are skipped and reported as such.
.venv/tests: requirements.lock requirements-dev.txt tests/browser/package.json | .venv/bin/python
	if command -v npm >/dev/null; then cd tests/browser && npm install --silent --no-package-lock --no-audit --no-fund; fi & \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt && \
	wait $$!
	@touch $@ .venv/runs

# Their many dependencies stay out of ours.
.venv-attack/installed: Makefile
	$(PYTHON) -m venv .venv-attack
	.venv-attack/bin/python -m pip install --quiet --disable-pip-version-check wapiti3==3.2.3 sqlmap==1.10.10
	@touch $@
