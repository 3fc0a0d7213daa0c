"""Adds a stage that builds a program's assets in front of a template's own stages."""

from __future__ import annotations

import re
from dataclasses import replace

from bpkit.errors import InputError, Place
from bpkit.languages import Values
from bpkit.verbs.init.templates import Template

_BUILD = re.compile(r"^FROM [^\n]* AS build\n", re.MULTILINE)
_SOURCE = re.compile(r"^COPY \. \.\n", re.MULTILINE)


def with_assets(template: Template, values: Values) -> Template:
    """The template with a stage that builds the assets, and a COPY of its output.

    Raises InputError for a template without the needed lines.
    """
    path = values.get("assets")
    if not path:
        return template
    build, source = _BUILD.search(template.text), _SOURCE.search(template.text)
    if build is None or source is None:
        raise InputError(
            "the assets need a template with a stage 'build' and a line 'COPY . .'",
            place=Place(template.file),
        )
    copy = f"COPY --from=assets /srv/assets/{path} ./{path}\n"
    text = template.text[: source.end()] + copy + template.text[source.end() :]
    text = f"{text[: build.start()]}{values['assets_stage']}\n\n{text[build.start() :]}"
    first = re.search(r"^ARG ", text, re.MULTILINE)
    at = first.start() if first else 0
    return replace(template, text=f"{text[:at]}{values['assets_argument']}\n{text[at:]}")
