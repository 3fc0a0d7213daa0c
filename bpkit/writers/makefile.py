"""A Makefile for a user's project; its recipes call bpkit, or the script for people without it."""

from __future__ import annotations

from collections.abc import Sequence

from bpkit.core import quote

_TARGETS = """\
.PHONY: help build script images check compare clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\\t/' | expand -t 12

build: ## build the small image
	@if command -v $(firstword $(BPKIT)) >/dev/null 2>&1 && $(BPKIT) --version >/dev/null 2>&1; \\
	then $(BPKIT) build $(ARGS); else ./$(SCRIPT); fi

script: ## write the build as a script anew
	$(BPKIT) script $(ARGS)

images: ## list what was built, and how much smaller it is
	$(BPKIT) images

check: ## see whether the small image will run
	$(BPKIT) check

compare: ## build both ways and set them side by side
	$(BPKIT) compare $(ARGS)

clean: ## remove what bpkit made for this project
	$(BPKIT) clean
"""


def write_makefile(*, script: str, arguments: Sequence[str] = ()) -> str:
    """The Makefile; ``script`` is the script's name, ``arguments`` what bpkit is called with."""
    words = " ".join(_escaped(word) for word in arguments)
    return (
        "BPKIT ?= python3 -m bpkit\n"
        f"SCRIPT := {_escaped(script)}\n"
        f"ARGS :={' ' if words else ''}{words}\n\n"
        f"{_TARGETS}"
    )


def _escaped(word: str) -> str:
    """A word as the shell reads it out of a recipe."""
    return quote(word).replace("$", "$$").replace("#", "\\#")
