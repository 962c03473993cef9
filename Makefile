# make help tells what there is.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run test lint bench pictures clean

help: ## tell what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{printf "  make %-8s %s\n", $$1, $$2}'

run: $(VENV)/.run ## install what is needed and open the planner at http://127.0.0.1:8501
	@mkdir -p static  # Streamlit looks for it before the app can fill it
	$(BIN)/python -m streamlit run app.py

test: $(VENV)/.test ## install what is needed and run all tests
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(VENV)/.test ## check style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.test ## measure times and memory (takes minutes)
	$(BIN)/python -m tests.bench

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
	$(PIP) --editable '.[test]'
	@touch $@ $(VENV)/.run
