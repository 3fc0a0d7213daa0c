"""A Makefile for a user's project, whose recipes call bpkit, or the script without bpkit."""

from __future__ import annotations

from collections.abc import Sequence

from bpkit.core import quote

# Expanded only where a recipe uses it. The redirection has make start a shell: make up to 4.2 takes
# `command` for a program.
_BPKIT = "$(if $(shell command -v bpkit 2>/dev/null),bpkit,python3 -m bpkit)"
_TARGETS = """\
.PHONY: help build script images check compare clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\\t/' | expand -t 12

build: ## build the small image
	@if command -v $(firstword $(BPKIT)) >/dev/null 2>&1 && $(BPKIT) --version >/dev/null 2>&1; \\
	then $(BPKIT) build $(ARGS); else ./$(SCRIPT); fi

script: ## write the build script again
	$(BPKIT) script $(ARGS)

images: ## list the images, and how much smaller they are
	$(BPKIT) images

check: ## find what keeps the small image from starting
	$(BPKIT) check

compare: ## build both forms and compare them
	$(BPKIT) compare $(ARGS)

clean: ## remove what bpkit made for this project
	$(BPKIT) clean
"""


def write_makefile(*, script: str, arguments: Sequence[str] = ()) -> str:
    """The Makefile; ``script`` is the script's name, ``arguments`` those for bpkit."""
    words = " ".join(_escaped(word) for word in arguments)
    return (
        f"BPKIT ?= {_BPKIT}\n"
        f"SCRIPT := {_escaped(script)}\n"
        f"ARGS :={' ' if words else ''}{words}\n\n"
        f"{_TARGETS}"
    )


def _escaped(word: str) -> str:
    """A word, quoted for a shell command in a recipe."""
    return quote(word).replace("$", "$$").replace("#", "\\#")
