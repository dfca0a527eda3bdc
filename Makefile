# Thin names over the commands they run. `make test` is what CI calls.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: test requirements

.venv/installed: requirements.txt tests/requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -r requirements.txt -r tests/requirements.txt
	touch $@

test: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto

requirements:  ## Pin requirements.in and tests/requirements.in anew.
	$(PYTHON) -m pip install --quiet uv
	$(PYTHON) -m uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
		--custom-compile-command "make requirements" requirements.in -o requirements.txt
	mkdir -p build && grep -v '^-e' requirements.txt | grep -v '^\./' > build/constraints.txt
	$(PYTHON) -m uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
		--constraints build/constraints.txt --no-annotate \
		--custom-compile-command "make requirements" tests/requirements.in -o tests/requirements.txt
