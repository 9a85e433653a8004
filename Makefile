# make run   set everything up in .venv, then start the dashboard
# make class the same, for a class: phones and laptops in the same network can open it
# make test  set everything up, the browser included, then run every check
# make quick what can be checked in a minute: format, lint, types, contracts and the fast tests
# make coverage  which lines no test runs, browser tests left out
# make screenshots  pictures of every page, light and dark, wide, presented and on a phone, in screenshots/
# make lock  write requirements.txt and tests/requirements.txt anew from the .in files beside them (needs uv)

FITS := import ensurepip, sys, venv; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))
PYTHON ?= $(shell for python in python3 python3.12 python3.11 python3.10 python \
	$(wildcard $(HOME)/.pyenv/versions/3.1[012].*/bin/python); do \
	"$$python" -c "$(FITS)" 2>/dev/null && echo "$$python" && break; done)
VENV := .venv/bin/python

# A .venv whose interpreter has gone or does not fit is made again.
ifneq ($(shell $(VENV) -c "$(FITS)" 2>/dev/null && echo fits),fits)
.PHONY: .venv/packages.stamp
endif
INSTALL := $(VENV) -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes

BIOME := PATH="$$PWD/.venv/bin:$$PATH" tests/web/node_modules/.bin/biome

HAS := has_chromium() { command -v chromium-headless-shell chromium chromium-browser google-chrome >/dev/null; }; \
	has_nginx() { PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null; }; \
	has_postgresql() { command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; } >/dev/null 2>&1;

.PHONY: run class test tests quick coverage check format screenshots lock programs

run: .venv/run.stamp
	@$(VENV) -m streamlit run app.py

class: .venv/run.stamp
	@$(VENV) -m streamlit run app.py --server.address 0.0.0.0

test: check tests

tests: .venv/test.stamp
	@$(VENV) -m pytest --numprocesses 2 --dist loadfile

quick: .venv/test.stamp check
	@$(VENV) -m pytest --numprocesses 2 --dist loadfile -m fast --durations 5

# Apart from make test: tracing doubles the time of plain Python, and some tests look at the clock.
coverage: .venv/test.stamp
	@$(VENV) -m pytest --numprocesses 2 --dist loadfile -m "not browser" --cov

# Format, lint, types and contracts, of Python and of what browsers read.
check: .venv/test.stamp
	@$(VENV) -m ruff format --check .
	@$(VENV) -m ruff check .
	@$(BIOME) ci --error-on-warnings --log-level=warn .
	@$(VENV) -m mypy
	@.venv/bin/lint-imports --no-logo >/dev/null || .venv/bin/lint-imports --no-logo

format: .venv/test.stamp
	@$(VENV) -m ruff format .
	@$(VENV) -m ruff check --fix .
	@$(BIOME) check --write .

screenshots: .venv/test.stamp
	@$(VENV) -m tests.browser.screenshots screenshots

# Versions stay as they are where the lists let them; without the old lock, the newest that fit are taken.
lock:
	@for list in requirements tests/requirements; do \
		uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-strip-extras --no-emit-index-url \
			--custom-compile-command "make lock" $$list.in --output-file $$list.txt >/dev/null || exit 1; done

.venv/packages.stamp: requirements.txt
	@if [ -z "$(PYTHON)" ] || ! "$(PYTHON)" -c "$(FITS)" 2>/dev/null; then \
		echo "This project needs Python 3.10, 3.11 or 3.12 (with venv): install one, or name it with make PYTHON=/path/to/python."; \
		exit 1; fi
	@echo "Setting up .venv with $(PYTHON): a few minutes, once."
	@$(VENV) -c "$(FITS)" 2>/dev/null || "$(PYTHON)" -m venv --clear .venv
	@$(INSTALL) --only-binary :all: -r requirements.txt
	@touch $@

# Machine code of the engine, and bytecode of what the app imports.
.venv/run.stamp: .venv/packages.stamp
	@$(VENV) -c "from qmnist_core.simulators import compiled; compiled.load()"
	@$(VENV) -W ignore -c "import cirq, distributed, pandas, plotly.io, psycopg, scipy.spatial, scipy.stats, tqdm; \
		import sqlalchemy.dialects.postgresql, streamlit.web.bootstrap; from qmnist_core import tensorflow_loader as loader; \
		loader.load_keras(); loader.load_tfq()" 2>/dev/null || true # which not every system has
	@touch $@

# With two jobs, meanwhile.
.venv/tools.stamp: tests/requirements.txt tests/web/package-lock.json .venv/packages.stamp
	@$(INSTALL) -r tests/requirements.txt
	@PATH="$$PWD/.venv/bin:$$PATH" npm ci --prefix tests/web --no-audit --no-fund --silent
	@touch $@

.venv/test.stamp: .venv/run.stamp .venv/tools.stamp | programs
	@$(HAS) has_nginx || echo "nginx is not installed: whether the dashboard works behind it is not tested."; \
	has_postgresql || echo "PostgreSQL is not installed: whether classes can be kept in it is not tested."; \
	has_chromium || $(VENV) -m playwright install chromium || { \
		echo "The tests need Chromium, which could not be installed: install it and run make test again."; exit 1; }
	@touch $@

# What tests need of the system, where apt-get has it; with two jobs, while Python's packages are installed.
programs:
	@$(HAS) if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && \
		! { has_chromium && has_nginx && has_postgresql; }; then \
		apt-get -qq update && RUNLEVEL=1 apt-get -qq install -y chromium-headless-shell nginx postgresql >/dev/null || { \
			echo "Chromium, nginx and PostgreSQL could not be installed: install them and run make test again."; exit 1; }; fi
