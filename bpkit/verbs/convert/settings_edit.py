"""The project's settings after a conversion: the style and the Dockerfiles of the new form.

All other lines of ``bpkit.toml``, or of ``[tool.bpkit]`` in pyproject.toml, stay byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bpkit.conversion import Note
from bpkit.errors import BpkitError, Place
from bpkit.project import SETTINGS_FILES, DiskGround, NewFile, read_settings
from bpkit.verbs.convert.files import file_to_write
from bpkit.verbs.convert.request import ConvertRequest

_KEYS = ("style", "dockerfile", "build-dockerfile", "runtime-dockerfile", "artifacts")
_TABLE = re.compile(r"\s*\[")


def followed_settings(
    text: str, file: str, wanted: Mapping[str, str], *, is_chosen: bool = False
) -> str | None:
    """The text with the keys of ``wanted`` and without the other keys of a form; None if it can't.

    A key that the text doesn't have is added only if it already has settings of a form, or if the
    form has to be chosen (``is_chosen``).
    """
    lines = text.splitlines(keepends=True)
    start, end = _section(lines, file)
    said: dict[str, str] = {}
    kept: list[str] = []
    inside = False
    for line in lines[start:end]:
        if inside:
            inside = "]" not in line
            continue
        found = re.match(r"\s*[\"']?([\w-]+)[\"']?\s*=\s*(.*)", line)
        key = found.group(1).replace("_", "-") if found else ""
        if not found or key not in _KEYS:
            kept.append(line)
            continue
        inside = found.group(2).startswith("[") and "]" not in found.group(2)
        if key in wanted and key not in said:
            said[key] = f'{found.group(1)} = "{wanted[key]}"\n'
            kept.append(said[key])
        else:
            said.setdefault(key, "")
    if not said and not is_chosen:
        return text
    if file.endswith("pyproject.toml") and end == 0:
        return None
    kept[:0] = [f'{key} = "{value}"\n' for key, value in wanted.items() if key not in said]
    new = "".join([*lines[:start], *kept, *lines[end:]])
    try:
        settings = read_settings(new, file)
    except BpkitError:
        # The text is written in a form that isn't understood here; the user gets a note.
        return None
    is_right = all(getattr(settings, key.replace("-", "_")) == wanted.get(key, "") for key in _FORM)
    return new if is_right and not settings.artifacts else None


_FORM = _KEYS[:-1]


def _section(lines: list[str], file: str) -> tuple[int, int]:
    """The place of the top level in the settings."""
    start = 0
    if file.endswith("pyproject.toml"):
        heads = [n for n, line in enumerate(lines) if line.strip() == "[tool.bpkit]"]
        if not heads:
            return 0, 0
        start = heads[0] + 1
    end = next((n for n in range(start, len(lines)) if _TABLE.match(lines[n])), len(lines))
    return start, end


def settings_files(
    request: ConvertRequest,
    ground: DiskGround,
    wanted: dict[str, str],
    *,
    is_chosen: bool = False,
) -> tuple[list[NewFile], list[Note]]:
    """The project's settings as the new form needs them, if they have any of a form.

    Or if both forms stay beside each other, so that one has to be chosen (``is_chosen``).
    """
    for name in SETTINGS_FILES:
        text = ground.text(name)
        if text is None or (name != SETTINGS_FILES[0] and "[tool.bpkit" not in text):
            continue
        new = followed_settings(text, name, wanted, is_chosen=is_chosen)
        if new is None:
            shown = ", ".join(f'{key} = "{value}"' for key, value in wanted.items())
            return [], [Note(f"say there: {shown}", Place(name))]
        return ([file_to_write(request.directory, name, new)] if new != text else []), []
    if not is_chosen:
        return [], []
    lines = "".join(f'{key} = "{value}"\n' for key, value in wanted.items())
    return [file_to_write(request.directory, SETTINGS_FILES[0], lines)], []
