# Needs Python >= 3.11, make and a package index. Everything is installed into .venv; the system's Python is left alone.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
DEMO ?= demo-prepared

.PHONY: help demo test check kernels sanitize bench readers fuzz faults crash docs clean
.DEFAULT_GOAL := help

help: ## list the verbs
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

demo: $(VENV)/ready ## prepare the sample, upload it to a local Open Connectors, show what arrived
	@rm -rf $(DEMO)
	$(BIN)/contactprep run sample_data/contacts.csv --sandbox -o $(DEMO)
	@ls -l $(DEMO) $(DEMO)/upload

test: $(VENV)/ready-dev ## run all tests, doctests included, on all cores
	$(BIN)/pytest -n auto --dist worksteal $(ARGS)

check: $(VENV)/ready-dev ## lint, formatting, types, layers, generated documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/pytest -q tests/test_layers.py tests/test_documents.py

kernels: ## compile the kernels in place, after a change of theirs
	$(or $(wildcard $(BIN)/python),$(PYTHON)) hatch_build.py

sanitize: $(VENV)/ready-dev ## run the tests of lanes, reading and writing with kernels that check each of their steps (needs gcc)
	$(BIN)/python hatch_build.py --sanitize
	LD_PRELOAD=$$(gcc -print-file-name=libasan.so) ASAN_OPTIONS=detect_leaks=0 PYTHONMALLOC=malloc \
		$(BIN)/pytest -q -n auto tests/lanes tests/kinds tests/reading tests/writing tests/checking \
		tests/deduplicating tests/preparing/test_pieces.py $(ARGS); \
		status=$$?; $(BIN)/python hatch_build.py; exit $$status

bench: $(VENV)/ready-dev ## time reading and preparing ROWS records (several sizes: ROWS="100000 1000000") against others
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	$(BIN)/python -m benchmarks.reading $(if $(ROWS),--rows $(lastword $(ROWS)))
	$(BIN)/python -m benchmarks.pipeline --all $(if $(ROWS),--rows $(ROWS))
	$(BIN)/python -m benchmarks.uploading $(if $(ROWS),--rows $(lastword $(ROWS)))

readers: $(VENV)/ready-dev ## compare with other readers on 2,000 broken files; writes docs/reading-comparison.md
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	$(BIN)/python -m benchmarks.readers

fuzz: $(VENV)/ready-dev ## hold the readers equal for MINUTES (60), lanes and judges over VALUES (1000000), from SEED (0)
	$(BIN)/python -m benchmarks.fuzz_reading --minutes $(or $(MINUTES),60) --seed $(or $(SEED),0)
	$(BIN)/python -m benchmarks.fuzz_lanes --values $(or $(VALUES),1000000) --seed $(or $(SEED),0)

faults: $(VENV)/ready-dev ## upload against every fault of the platform, judged by its ledger; writes docs/faults.md
	$(BIN)/python -m benchmarks.faults

crash: $(VENV)/ready-dev ## kill prepare and upload, and fail them, at each call in turn (or at POINTS of them, from SEED), and resume
	$(BIN)/python -m tests.crash $(if $(POINTS),--points $(POINTS) --seed $(or $(SEED),0))
	CONTACTPREP_LONG=1 $(BIN)/pytest -q -n 0 tests/uploading/test_stateful_upload.py

docs: $(VENV)/ready-dev ## generate the parts of the documents that come from the code
	$(BIN)/python docs/generate.py

clean: ## remove what was installed and made
	rm -rf $(VENV) $(DEMO) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "contactprep needs Python 3.11 or later: install it, or name one with make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "$(PYTHON) is not a Python 3.11 or later that runs: name another with make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) lacks the venv module: on Debian and Ubuntu, 'sudo apt install python3-venv'" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

KERNELS := $(wildcard */native/*.c */native/*.h) hatch_build.py

$(VENV)/ready: pyproject.toml $(KERNELS) | $(VENV)/bin/python
	@echo "installing contactprep into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/ready-dev: pyproject.toml $(KERNELS) | $(VENV)/bin/python
	@echo "installing contactprep and its development tools into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/ready
