"""The programs that a stage builds: with which tool, for which libc, and how they are linked.

A program that is linked dynamically needs the libc of the image that it was built in, of that
version or a later one (glibc keeps old symbols: https://sourceware.org/glibc/wiki/FAQ). What is
linked statically runs anywhere.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Literal

from bpkit.errors import Place
from bpkit.formats.dockerfile import (
    Command,
    Stage,
    run_commands,
)
from bpkit.light import dataclass, regex
from bpkit.verbs.lint.base_images import BaseImage, root_image
from bpkit.verbs.lint.commands import expanded
from bpkit.verbs.lint.subject import Step, steps

#: ``surely``: the command links dynamically. ``perhaps``: it depends on what is compiled.
Linked = Literal["surely", "perhaps", "never"]

GO = "go build"
_C = regex(r"(?:.+-linux-gnu-|xx-)?(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+)(?:-[\d.]+)?")
_MAKERS = frozenset({"make", "gmake", "ninja", "meson", "cmake", "autoreconf"})
_GO_VERBS = frozenset({"build", "install"})
_GCC_PACKAGES = frozenset({"gcc", "build-base", "musl-dev", "clang", "alpine-sdk", "g++"})
# No link step: preprocess, compile, assemble only; or a question.
_NO_LINK = frozenset({"-c", "-S", "-E", "--version", "-v", "-dumpmachine"})
# Files copied beside a program that aren't programs.
_DATA_ROOTS = ("/etc/", "/usr/share/", "/var/", "/tmp", "/home")
_DATA = regex(
    r"\.(?:html?|css|js|mjs|json|jar|war|py|txt|md|conf|ya?ml|toml|xml|wasm|crt|pem|sql|sh|png|svg"
    r"|tar|tgz|gz|xz|zst|zip|deb|rpm|apk|whl|so|a|ini|cfg|env|key|csv|dat|service|lock|mod|sum)$"
    r"|/\.[^/]*$|/(?:dist|public|static|www|html|templates|assets|locales|migrations)/?$",
    re.IGNORECASE,
)


# Where tools that name no file put programs: make install, go install, cargo.
_PROGRAM_PLACE = regex(r"/s?bin(?:/|$)|/(?:release|debug)/[^/]+$")


@dataclass(frozen=True)
class BuiltProgram:
    """A program that a command makes. ``output`` is the path that it names, None if it names none.
    ``asks_for_cgo``: CGO_ENABLED is set. ``targets`` are the words that ``make`` is given:
    a file of that name is what it made."""

    tool: str
    linked: Linked
    place: Place
    output: str | None = None
    asks_for_cgo: bool = False
    targets: frozenset[str] = frozenset()

    @property
    def is_go(self) -> bool:
        return self.tool == GO

    def is_carried_by(self, source: str) -> bool:
        """Whether copying ``source`` out of the stage may take this program along."""
        path = posixpath.join("/", posixpath.normpath(source))
        if self.output is None:
            is_named = posixpath.basename(path) in self.targets
            is_placed = is_named or _PROGRAM_PLACE.search(path) is not None
            return is_placed and not _looks_like_data(path)
        output = posixpath.normpath(self.output)
        is_same = posixpath.basename(output) == posixpath.basename(path)
        return is_same or output.startswith(f"{path.rstrip('/')}/")


def _looks_like_data(path: str) -> bool:
    return path.startswith(_DATA_ROOTS) or _DATA.search(path) is not None


def programs(stage: Stage) -> tuple[BuiltProgram, ...]:
    """The programs that ``stage`` and those it starts from build, as its RUNs show."""
    base = root_image(stage)
    found: list[BuiltProgram] = []
    kept: dict[str, str] = {}
    has_gcc = base.name != "golang" or base.libc != "musl"
    for one in stage.lineage:
        for step in steps(one):
            exported: dict[str, str] = {}
            for command in run_commands(step.instruction):
                if command.program == "export":
                    exported |= {n: v for n, _, v in (w.partition("=") for w in command.plain)}
                if command.program == "go" and command.says("env"):
                    # `go env -w` writes to a file that later commands read, in later RUNs too.
                    kept |= {n: v for n, _, v in (w.partition("=") for w in command.plain[1:])}
                has_gcc = has_gcc or bool(_GCC_PACKAGES & set(command.plain))
                found += _built(command.with_variables(kept | exported), step, base, has_gcc)
    return tuple(found)


def _built(command: Command, step: Step, base: BaseImage, has_gcc: bool) -> Iterator[BuiltProgram]:
    env = {k: v or "" for k, v in step.state.env.items()}
    for name, value in command.assignments:
        env[name] = expanded(value, env)
    place = step.stage.place(step.instruction)
    linked: Linked
    if command.program == "go" and command.plain[:1] and command.plain[0] in _GO_VERBS:
        # Without a C compiler Go builds without cgo (since 1.20), and so without a libc.
        cgo = env.get("CGO_ENABLED", "")
        is_open = "$" in cgo or "CGO_ENABLED=$(" in step.instruction.text
        static = cgo == "0" or is_open or not has_gcc or _is_static(command, env)
        linked = "never" if static else "perhaps"
        yield BuiltProgram(GO, linked, place, _output(command, step), asks_for_cgo=bool(cgo))
    elif command.program == "cargo" and {"build", "install", "rustc"} & set(command.plain[:1]):
        yield BuiltProgram("cargo", _cargo(command, env, base), place)
    elif _C.fullmatch(command.program) or command.program == "rustc":
        if not _NO_LINK & set(command.words) and len(command.words) > 1:
            static = _is_static(command, env)
            linked = "never" if static else "surely"
            yield BuiltProgram(command.program, linked, place, _output(command, step) or "a.out")
    elif command.program in _MAKERS or command.words[0].endswith("./configure"):
        # `make STATIC=1`, `make static`, `--enable-static`: the Makefile's own words for it.
        says_static = any("static" in word.lower() for word in command.words[1:])
        linked = "perhaps"
        if says_static or _is_static(command, env) or _is_of_go(base):
            linked = "never"
        is_make = command.program in {"make", "gmake"}
        targets = frozenset(command.plain if is_make else ())
        yield BuiltProgram(command.program, linked, place, targets=targets)


def _is_of_go(base: BaseImage) -> bool:
    """A Makefile of a Go project: whether it sets CGO_ENABLED is written there."""
    return base.name == "golang"


def _cargo(command: Command, env: dict[str, str], base: BaseImage) -> Linked:
    # Rust's musl targets link statically by default (rust-lang RFC 1721).
    target = " ".join([*command.words, env.get("CARGO_BUILD_TARGET", "")])
    if "musl" in target or "+crt-static" in env.get("RUSTFLAGS", "") or "wasm" in target:
        return "never"
    if base.libc == "musl" and "-crt-static" not in env.get("RUSTFLAGS", ""):
        return "never"
    return "perhaps" if "$" in target or "zigbuild" in target else "surely"


def _is_static(command: Command, env: dict[str, str]) -> bool:
    texts = (*command.words, *(env.get(name, "") for name in ("LDFLAGS", "CFLAGS", "RUSTFLAGS")))
    return any("-static" in text or "crt-static" in text for text in texts)


def _output(command: Command, step: Step) -> str | None:
    """The path after ``-o``, absolute if the WORKDIR is known."""
    for word, following in zip(command.words, (*command.words[1:], ""), strict=True):
        if word == "-o" and following and "$" not in following:
            known = step.state.workdir_known or following.startswith("/")
            return posixpath.join(step.state.workdir, following) if known else following
    return None
