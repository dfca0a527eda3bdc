# Thin names over the commands they run. CI calls `make test`.
PYTHON ?= python3
BIN := .venv/bin
ASSIGNMENT ?= 04-sentiment-classifier

.PHONY: lab test lint trax-tests lectures site release grade demo bench requirements

# An instructor's and a student's environment. An interrupted or failed installation has no file `installed`, and is
# made anew. The check runs before anything is created, in any Python.
.venv/installed: requirements.txt autograder/pyproject.toml coursekit/pyproject.toml $(wildcard runtime/*/pyproject.toml runtime/*/*/*.py runtime/*/*/*/*.py)
	@test -e $@ || $(PYTHON) -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))" 2>/dev/null || { echo \
		"This course needs Python 3.11, 3.12, 3.13 or 3.14, and $(PYTHON) is none: try make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	test -e $@ || $(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet $(PIP_OPTIONS) -r requirements.txt
	$(BIN)/python -m coursekit.tweets
	touch $@

# The same with what the tests need.
.venv/tested: .venv/installed tests/requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps $(PIP_OPTIONS) -r tests/requirements.txt
	touch $@

lab: .venv/installed
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/jupyter lab --notebook-dir=. course/00-start-here.ipynb

# What .pre-commit-config.yaml also runs before a commit for those who ask for it (`pre-commit install`).
lint: .venv/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/codespell $$(git ls-files)
	$(BIN)/zizmor --quiet --offline .github/workflows
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml

# Installation, lint, types, lectures with their pages, tests. It ends with a table of how long each part took.
test:
	@.ci/test

# Trax's own tests, with the slow ones that `make test` leaves out.
trax-tests: .venv/tested
	TRAX_TESTS=all $(BIN)/python -m pytest -n auto tests/runtime/test_trax_own_tests.py

# Every lecture in a fresh kernel, in parallel; what they show is kept in build/site/source/.
lectures: .venv/tested
	$(BIN)/python site/execute.py

# The executed lectures as pages: build/site/html/index.html
site: lectures
	rm -rf build/site/source/docs
	cp -R site/index.md CONTRIBUTING.md assignments docs build/site/source/
	$(BIN)/python -m sphinx -q -W --keep-going -c site build/site/source build/site/html
	@echo "open build/site/html/index.html"

release: .venv/installed
	$(BIN)/autograder release

grade: .venv/installed
	$(BIN)/autograder grade $(ASSIGNMENT)

demo: .venv/installed
	$(BIN)/autograder demo $(ASSIGNMENT)

bench: .venv/installed
	$(BIN)/python tests/bench_import.py
	$(BIN)/python tests/bench_grading.py
	$(BIN)/python tests/bench_grading.py --growth

# Pin requirements.in and tests/requirements.in anew, and those of a student edition to the same versions.
requirements:
	$(PYTHON) -m pip install --quiet uv
	$(PYTHON) -m uv pip compile --quiet $(UPGRADE) --universal --fork-strategy fewest --python-version 3.11 \
		--custom-compile-command "make requirements" requirements.in -o requirements.txt
	mkdir -p build && grep -v '^-e' requirements.txt | grep -v '^\./' > build/constraints.txt
	$(PYTHON) -m uv pip compile --quiet $(UPGRADE) --universal --fork-strategy fewest --python-version 3.11 \
		--constraints build/constraints.txt --no-annotate \
		--custom-compile-command "make requirements" tests/requirements.in -o tests/requirements.txt
	sed '/^# Only graders need/,$$d' requirements.in | $(PYTHON) -m uv pip compile --quiet $(UPGRADE) --universal \
		--fork-strategy fewest --python-version 3.11 --constraints build/constraints.txt --no-annotate \
		--custom-compile-command "make requirements" - -o student/requirements.txt
