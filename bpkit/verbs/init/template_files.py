"""Where templates are: shipped with bpkit, the user's own, and a directory that a flag names.

A template is a folder with a Dockerfile, named for its language and, where there are several, for
its kind: ``go``, ``python/uv``. What the user has beats what is shipped.
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
# In a wheel the templates are a part of the package; in a checkout they lie beside it.
_IN_WHEEL = "shipped_templates"


def shipped_templates() -> Traversable:
    """The folder of the shipped templates, in a wheel, an editable install or a checkout."""
    package = resources.files("bpkit")
    installed = package / _IN_WHEEL
    return installed if installed.is_dir() else Path(str(package)).parent / "templates"


def user_templates(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of the user's own templates, whether it is there or not.

    As the XDG base directory specification has it: below $XDG_CONFIG_HOME, or ~/.config.
    """
    config = environ.get("XDG_CONFIG_HOME") or os.path.join(environ.get("HOME", ""), ".config")
    return Path(config) / "bpkit" / "templates"


def list_templates(environ: Mapping[str, str] = os.environ) -> tuple[ListedTemplate, ...]:
    """All templates, those of the user first, each by name."""
    own = user_templates(environ)
    users = [ListedTemplate(one, USER) for one in _below(own)] if own.is_dir() else []
    return (*users, *(ListedTemplate(one, SHIPPED) for one in _below(shipped_templates())))


def find_template(
    name: str, directory: Path | None = None, environ: Mapping[str, str] = os.environ
) -> Template:
    """The template of this name: in ``directory`` only, if given, else the user's or the shipped.

    A directory may be one template, or a folder of several. Raises InputError if there is none.
    """
    if directory is not None:
        found = _in(directory, name, or_itself=True)
        if found is None:
            raise InputError(
                f"there is no template for {name} here",
                place=Place(str(directory)),
                hint=f"Put one at {name}/{FILE} or, for all languages, at {FILE}.",
            )
        return found
    for folder in (user_templates(environ), shipped_templates()):
        if found := _in(folder, name):
            return found
    raise InputError(f"there is no template {name!r}", hint="`bpkit templates` lists them.")


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
