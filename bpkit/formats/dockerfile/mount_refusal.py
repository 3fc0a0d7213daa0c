"""Mounts that BuildKit refuses in RUN ``--mount`` (its instructions/commands_runmount.go).

The options are read one after the other: ``size`` and ``required`` are refused if the ``type``
that allows them comes later.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from bpkit.formats.dockerfile.copies import FALSE, MOUNT_NAMES, TRUE, csv_fields
from bpkit.formats.dockerfile.error import DockerfileError
from bpkit.formats.text import nearest
from bpkit.light import regex

_TYPES = ("bind", "cache", "secret", "ssh", "tmpfs")
_SHARING = ("shared", "private", "locked")
_OPTIONS = (
    *("type", "from", "source", "target", "readonly", "readwrite", "id", "sharing", "required"),
    *("mode", "uid", "gid", "size", "env", *MOUNT_NAMES),
)
# The types that an option is for, if it isn't for all.
_ONLY_FOR = {"size": ("tmpfs",), "required": ("secret", "ssh")}
_FOR_OWNED = ("secret", "ssh", "cache")
_SIZE = regex(r"[0-9]+(?:\.[0-9]+)? ?[kmgtp]?i?b?", re.IGNORECASE)
_VALUES = {
    "mode": regex(r"[0-7]+"),
    "uid": regex(r"[0-9]+"),
    "gid": regex(r"[0-9]+"),
    "size": _SIZE,
}

Expanded = Callable[[str], str | None]


def mount_fault(text: str, expanded: Expanded, workdir: str | None) -> tuple[str, str]:
    """Why the mount is refused, and a hint; both empty if it isn't.

    ``expanded`` gives a value with its variables replaced, None if they aren't known.
    ``workdir`` is where a relative target starts, None if that isn't known.
    """
    try:
        fields = csv_fields(text)
    except DockerfileError as error:
        return error.message, error.hint
    if not fields:
        return "--mount has no value", "write it as --mount=type=cache,target=PATH"
    options: dict[str, str] = {"type": "bind"}
    for field in fields:
        fault = _option_fault(field, options, expanded)
        if fault != ("", ""):
            return fault
    return _together_fault(options, workdir)


def _option_fault(field: str, options: dict[str, str], expanded: Expanded) -> tuple[str, str]:
    """Why an option is refused after those in ``options``; if it isn't, it is added to them."""
    written, equals, text = field.partition("=")
    key = written.lower()
    name = MOUNT_NAMES.get(key, key)
    if key not in _OPTIONS and (equals or not key):
        near = nearest(key, _OPTIONS) if key else None
        hint = f"did you mean '{near}'?" if near else f"the options are {', '.join(_OPTIONS[:14])}"
        what = f"'{written}' is not an option of --mount" if key else "--mount has an empty option"
        return what, hint
    if name in _ONLY_FOR and options["type"] not in (*_ONLY_FOR[name], "?"):
        allowed = " and ".join(_ONLY_FOR[name])
        return (
            f"'{key}' is not an option of a {options['type']} mount",
            f"it is for {allowed}; put type= in front of it",
        )
    if not equals:
        if name not in {"readonly", "readwrite", "required"}:
            return f"the mount option '{field}' has no value", "write it as name=value"
        return "", ""
    if name == "from":
        options[name] = text
        if "$" in text[:-1]:
            return (
                "from= in a mount can't have variables",
                "give the image a stage of its own: FROM image AS name",
            )
        return "", ""
    value = expanded(text)
    options[name] = "?" if value is None else value
    return ("", "") if value is None else _value_fault(key, name, value, options)


def _value_fault(key: str, name: str, value: str, options: dict[str, str]) -> tuple[str, str]:
    if name == "type":
        options["type"] = value.lower()
        return _one_of("mount type", value, _TYPES)
    if name == "sharing":
        return _one_of("value for sharing", value, _SHARING)
    if name in {"readonly", "readwrite", "required"} and value not in TRUE | FALSE:
        return f"'{value}' is not a valid value for {key}", "write true or false"
    if name in _VALUES and not _VALUES[name].fullmatch(value):
        return f"'{value}' is not a valid value for {key}", ""
    return "", ""


def _one_of(what: str, value: str, known: tuple[str, ...]) -> tuple[str, str]:
    if value.lower() in known:
        return "", ""
    near = nearest(value, known)
    hint = f"did you mean '{near}'?" if near else f"there are {', '.join(known)}"
    return f"'{value}' is not a valid {what}", hint


def _together_fault(options: dict[str, str], workdir: str | None) -> tuple[str, str]:
    """Why the options don't go together."""
    kind = options["type"]
    if kind == "?":
        return "", ""
    for name in ("mode", "uid", "gid"):
        if name in options and kind not in _FOR_OWNED:
            return f"'{name}' is not an option of a {kind} mount", "it is for secret, ssh and cache"
    if kind == "ssh" and options.get("source"):
        return "'source' is not an option of a ssh mount", "remove it"
    if "sharing" in options and kind != "cache":
        return f"'sharing' is not an option of a {kind} mount", "it is for cache"
    if kind == "secret":
        if not any(options.get(name) for name in ("source", "target", "id")):
            return "a secret mount has neither id nor target", "write --mount=type=secret,id=NAME"
        if options.get("from"):
            return "'from' is not an option of a secret mount", "remove it"
        if options.get("source") and options.get("id"):
            return "a secret mount has both id and source", "omit source"
    elif kind in {"bind", "cache", "tmpfs"} and _is_on_root(options.get("target", ""), workdir):
        return f"a {kind} mount has no target below /", "add target=PATH"
    return "", ""


def _is_on_root(target: str, workdir: str | None) -> bool:
    """Whether the mount would hide everything; an absolute target is compared as written."""
    if target == "?" or target.startswith("/"):
        return target == "/"
    return workdir is not None and posixpath.normpath(posixpath.join(workdir, target)) == "/"
