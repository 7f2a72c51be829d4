# Two commands for a person who has just cloned this: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: demo test check bench soak pictures lock servers clean

demo: $(VENV)/demo.stamp  ## the whole loop on this machine, no account, no root, no server
	$(BIN)/senim demo $(ARGS)

test: $(VENV)/dev.stamp servers  ## every gate
	BIN=$(BIN) sh tests/gates.sh

check: $(VENV)/dev.stamp  ## the quick part: format, lint, types, rules, and the tests that need no server
	BIN=$(BIN) QUICK=1 sh tests/gates.sh

soak: $(VENV)/dev.stamp servers  ## the long matrices, whole
	$(BIN)/pytest -m soak
	SENIM_SOAK=1 $(BIN)/pytest -m "not soak" $$(grep -l "from hypothesis" tests/test_*.py)

bench: $(VENV)/dev.stamp servers  ## ratios, never seconds to be proud of
	$(BIN)/pytest -s -q tests/bench.py tests/bench_floor.py tests/bench_latency.py

pictures: $(VENV)/dev.stamp servers  ## the README's pictures, from the demo
	$(BIN)/python -m tests.pictures

servers:  ## the real servers that the tests stand on
	@sh tests/servers.sh

lock:  ## after a change of dependencies in pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url pyproject.toml --extra postgres --extra demo --extra build -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url pyproject.toml --extra postgres --extra demo --extra build --extra dev -o requirements-dev.lock

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Senim needs Python 3.11 or newer; $(PYTHON) is older, or not there. Try: make demo PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Python's venv is missing; on Debian or Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }

$(VENV)/demo.stamp: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/demo.stamp

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache
