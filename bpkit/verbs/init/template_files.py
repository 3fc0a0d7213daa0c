"""Where templates are: those shipped with bpkit, the user's own, and a directory from a switch.

A template is a directory with a Dockerfile, named for its language and, if there are several, for
its kind: ``go``, ``python/uv``. The user's own templates take precedence over shipped ones.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from bpkit.errors import InputError, Place
from bpkit.verbs.init.templates import ListedTemplate, Template

if TYPE_CHECKING:
    from importlib.abc import Traversable

FILE = "Dockerfile"
SHIPPED, USER = "shipped", "user"
# In a wheel the templates are part of the package; in a checkout they are beside it.
_IN_WHEEL = "shipped_templates"


def shipped_templates() -> Traversable:
    """The directory of the shipped templates, in a wheel, an editable install or a checkout."""
    package = resources.files("bpkit")
    installed = package / _IN_WHEEL
    return installed if installed.is_dir() else Path(str(package)).parent / "templates"


def user_templates(environ: Mapping[str, str] = os.environ) -> Path:
    """The directory of the user's own templates, whether it exists or not.

    It follows the XDG base directory specification: below $XDG_CONFIG_HOME, or ~/.config.
    """
    config = environ.get("XDG_CONFIG_HOME") or os.path.join(environ.get("HOME", ""), ".config")
    return Path(config) / "bpkit" / "templates"


def list_templates(environ: Mapping[str, str] = os.environ) -> tuple[ListedTemplate, ...]:
    """All templates, the user's first, each group sorted by name."""
    own = user_templates(environ)
    users = [ListedTemplate(one, USER) for one in _below(own)] if own.is_dir() else []
    return (*users, *(ListedTemplate(one, SHIPPED) for one in _below(shipped_templates())))


def find_template(
    name: str, directory: Path | None = None, environ: Mapping[str, str] = os.environ
) -> Template:
    """The template with this name, only from ``directory`` if given, else the user's or shipped.

    A directory may be one template, or contain several. Raises InputError if there is none.
    """
    if directory is not None:
        found = _in(directory, name, or_itself=True)
        if found is None:
            raise InputError(
                f"there is no template for {name} in it",
                place=Place(str(directory)),
                hint=f"put one at {name}/{FILE} or, for all languages, at {FILE}",
            )
        return found
    for folder in (user_templates(environ), shipped_templates()):
        if found := _in(folder, name):
            return found
    raise InputError(
        f"there is no template {name!r}", hint="run 'bpkit templates' to list the templates"
    )


def _in(folder: Traversable, name: str, *, or_itself: bool = False) -> Template | None:
    language = name.partition("/")[0]
    for candidate in dict.fromkeys((name, language, *([""] if or_itself else []))):
        file = folder.joinpath(f"{candidate}/{FILE}" if candidate else FILE)
        if file.is_file():
            return _read(file, candidate or name)
    return None


def _below(folder: Traversable, prefix: str = "") -> Iterator[Template]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            name = f"{prefix}{entry.name}"
            if (entry / FILE).is_file():
                yield _read(entry / FILE, name)
            yield from _below(entry, f"{name}/")


def _read(file: Traversable, name: str) -> Template:
    try:
        return Template(name, file.read_text(encoding="utf-8"), str(file))
    except OSError as error:
        raise InputError(str(error.strerror), place=Place(str(file))) from None
    except UnicodeDecodeError:
        raise InputError("the template is not UTF-8 text", place=Place(str(file))) from None
