# Two commands set everything up: `make run` and `make test`.
.POSIX:
.SUFFIXES:
HOST ?= 127.0.0.1
PORT ?= 8000
BIN = .venv/bin

.PHONY: run demo test check verify bench format locks help

help:
	@echo "make run      set up and start Everyhour (HOST=0.0.0.0 PORT=8000 to change where)"
	@echo "make demo     invented families with eight weeks of history, so that every page can be seen full"
	@echo "make check    format, lint, types, contracts and units; under two minutes"
	@echo "make test     units, looks and journeys in a browser, proofs at quick size"
	@echo "make verify   everything: every look, every sabotage, both databases, three years ahead"
	@echo "make bench    figures on speed, weight and memory, into bench/results/"

run: .venv/run
	@exec $(BIN)/everyhour serve --prepare --host $(HOST) --port $(PORT)

demo: .venv/run
	@$(BIN)/everyhour prepare
	@$(BIN)/everyhour demo

test: .venv/dev
	@$(BIN)/python -m testing.check test

check: .venv/dev
	@$(BIN)/python -m testing.check check

verify: .venv/dev
	@$(BIN)/python -m testing.check verify

bench: .venv/rivals
	$(BIN)/python -m bench

format: .venv/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Locks hold versions and hashes and no addresses, so that any mirror may serve them (docs/adr/0004).
locks: .venv/dev
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header -o requirements.lock $(UPGRADE)
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header -o requirements-dev.lock $(UPGRADE)

.venv/run: requirements.lock
	@sh deploy/environment.sh requirements.lock
	@touch .venv/run

# Libraries the benchmark compares with. One that cannot be installed is named in its table; the rest still run.
.venv/rivals: .venv/dev pyproject.toml
	@for library in $$($(BIN)/python -m bench.rivals); do \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$library" || echo "$$library could not be installed"; done
	@touch .venv/rivals

.venv/dev: requirements-dev.lock requirements.lock
	@sh deploy/environment.sh requirements-dev.lock
	@touch .venv/run .venv/dev
