# make help tells what there is.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help environment run test lint bench audit fuzz mutants pictures clean

help: ## tell what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{printf "  make %-8s %s\n", $$1, $$2}'

run: $(VENV)/.run ## install what is needed and open the planner at http://127.0.0.1:8501
	@mkdir -p static  # Streamlit looks for it before the app can fill it
	$(BIN)/python -m streamlit run app.py

environment: $(VENV)/.test ## install what tests need

test: $(VENV)/.test ## install what is needed and run all tests
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(VENV)/.test ## check style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --num-workers 2 || $(BIN)/mypy  # once more alone where a machine was too busy to start its helpers

bench: $(VENV)/.test ## measure times and memory, write the table of README; ONLY="bench_map bench_users" for some (takes long)
	$(BIN)/python -m tests.bench $(if $(ONLY),--only $(ONLY))

audit: $(VENV)/.test ## look for secrets and unpinned packages; ADVISORIES=all.zip (OSV, PyPI) for known weaknesses
	$(BIN)/python -m tests.security $(if $(ADVISORIES),--advisories $(ADVISORIES))

fuzz: $(VENV)/.test ## read damaged files and names, fifty times as many as in make test (takes minutes)
	PLANNER_FUZZ=50 $(BIN)/python -m pytest tests/security/test_fuzz.py

mutants: $(VENV)/.test ## count the small wrongs that tests see; SAMPLE=30 for some of each module (takes an hour, or minutes)
	$(BIN)/python -m tests.mutants $(if $(SAMPLE),--sample $(SAMPLE))

pictures: $(VENV)/.test ## make the pictures of the README from the embedded default
	$(BIN)/python -m tests.web.screenshots

clean: ## remove the environment and everything generated
	rm -rf $(VENV) static build dist *.egg-info .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.11 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "Python cannot make an environment here. On Debian: apt install python3-venv" >&2; exit 1; }

$(VENV)/.run: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) --editable .
	@touch $@

$(VENV)/.test: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) --no-compile --editable '.[test]'
	@$(BIN)/python -W ignore -m compileall -qq -j 2 $(VENV)/lib || true  # on two cores; some packages bring files that are no Python
	@touch $@ $(VENV)/.run
