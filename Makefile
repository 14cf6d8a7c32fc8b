# Two commands on a fresh machine: `make run` and `make test`. `make help` lists the rest.
HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT PYTHON
# Commands and tests start many a Python; one that may not keep what it compiled compiles everything anew each time.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/run.stamp
DEV := $(VENV)/dev.stamp
COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
PYTEST := $(BIN)/python -m pytest
# What depends on the version of Python; pages, browsers and databases do not.
CORE_TESTS := $(wildcard tests/unit tests/soap tests/signing)
STRANGERS := tests/soap/strangers

.DELETE_ON_ERROR:
.PRECIOUS: $(VENV)-%/dev.stamp
.PHONY: run test test-unit test-pythons lint bench trust lock clean help needed

run: $(RUN) ## Serve portal, SOAP, PKI and emulators on http://HOST:PORT (PORT=8000 HOST=127.0.0.1)
	@$(BIN)/e-gomruk init
	@$(BIN)/e-gomruk serve --host $(HOST) --port $(PORT)

test: $(DEV) needed test-pythons ## Run every test: first the core on each other Python found, then the whole suite
	@$(PYTEST) -n 2 --dist worksteal

test-unit: $(DEV) ## Run the unit tests alone
	@$(PYTEST) tests/unit

test-pythons: $(DEV) ## Run the tests of the core on each other supported Python of this machine
	@for version in $$(.ci/pythons); do $(MAKE) --no-print-directory test-python-$$version || exit; done

test-python-%: $(VENV)-%/dev.stamp
	@echo "Python $*"
	@EGOMRUK_TEST_DATABASES=sqlite EGOMRUK_TEST_REQUIRE=sqlite \
		$(<D)/bin/python -m pytest -n 2 --dist worksteal -m 'not once and not trust' $(CORE_TESTS)

lint: $(DEV) ## Check style, types, imports and templates
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint templates --lint --profile jinja --ignore J018 --quiet

bench: $(DEV) ## Measure against peers and raw limits; prints a table
	@$(BIN)/python -m bench

trust: $(DEV) ## Run the long suites of counts: crashes, races, hostile input
	@EGOMRUK_TRUST=1 $(PYTEST) -s -m trust

lock: $(DEV) ## Choose the newest versions anew and write the lock files
	@$(COMPILE) -o requirements/run.lock pyproject.toml
	@$(COMPILE) -o requirements/dev.lock --extra dev -c requirements/run.lock pyproject.toml
	@printf 'setuptools\nuv\nwheel\n' | $(COMPILE) -o requirements/build.lock -c requirements/run.lock -

clean: ## Remove what can be made again: environments and caches, never the instance
	@rm -rf $(VENV) $(VENV)-3.* .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

needed:
	@.ci/need chromium chromium chromium-browser google-chrome
	@.ci/need w3m w3m
	@.ci/need lynx lynx
	@.ci/need redis-server redis-server
	@.ci/need postgresql-client pg_dump
	@.ci/need openssl openssl
	@test -x /usr/sbin/nginx || .ci/need nginx-light nginx
	@.ci/need xmlsec1 xmlsec1
	@.ci/need softhsm2 softhsm2-util
	@.ci/need poppler-utils pdfsig
	@.ci/need zbar-tools zbarimg
	@.ci/need xml-security-c-utils xsec-checksig
	@.ci/need openjdk-17-jdk-headless javac
	@test -e /usr/share/java/xmlsec.jar || .ci/install libxml-security-java
	@test -e /usr/share/java/slf4j-nop.jar || .ci/install libslf4j-java
	@.ci/need curl curl
	@.ci/need gcc gcc
	@.ci/need gsoap wsdl2h
	@test -e /usr/include/stdsoap2.h || .ci/install libgsoap-dev
	@test -e /usr/include/openssl/ssl.h || .ci/install libssl-dev
	@.ci/need php-cli php
	@php -m | grep -qx soap || .ci/install php-soap
	@perl -MSOAP::Lite -e1 2>/dev/null || .ci/install libsoap-lite-perl
	@perl -MLWP::Protocol::https -e1 2>/dev/null || .ci/install liblwp-protocol-https-perl
	@.ci/need nodejs node
	@.ci/need npm npm
	@$(MAKE) --no-print-directory --silent $(STRANGERS)/node_modules/.package-lock.json

$(STRANGERS)/node_modules/.package-lock.json: $(STRANGERS)/package-lock.json
	@cd $(STRANGERS) && npm ci --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

$(RUN): requirements/run.lock requirements/build.lock pyproject.toml
	@.ci/venv $(VENV) requirements/run.lock
	@touch $@

$(DEV): requirements/dev.lock requirements/build.lock pyproject.toml
	@.ci/venv $(VENV) requirements/dev.lock
	@touch $@ $(RUN)

$(VENV)-%/dev.stamp: requirements/dev.lock requirements/build.lock pyproject.toml
	@.ci/venv $(@D) requirements/dev.lock "$$(.ci/pythons $*)"
	@touch $@
