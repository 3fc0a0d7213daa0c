"""What starts a Node.js project: its scripts, followed to the program that they start."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace

from bpkit.errors import InputError
from bpkit.languages.detected import ProjectWishes, choose, no_such_program
from bpkit.languages.node.lacks import problem_of
from bpkit.languages.node.managers import manager_of
from bpkit.languages.node.package import (
    NodePackage,
    compiled_file,
    is_in_project,
    is_there,
)
from bpkit.languages.node.programs import programs
from bpkit.languages.node.scripts import RUNNERS, NodeStart, followed
from bpkit.languages.source_suffixes import JAVASCRIPT
from bpkit.languages.source_text import is_bundle, without_comments
from bpkit.languages.start import StartCommand
from bpkit.languages.stated import is_for_development, stated_commands

_SCRIPTS = ("start:prod", "start:production", "production", "prod", "serve:prod", "start-prod")
_LATER = ("serve", "server", "start:server", "run", "preview", "serve:ssr")


def start(package: NodePackage, wishes: ProjectWishes) -> NodeStart | None:
    """What starts the package; None if nothing does, or only a web site's development server.

    Raises InputError if the user names what doesn't exist, or has to choose.
    """
    notes: list[str] = []
    for stated in stated_commands(package.listing, wishes):
        found = followed(package, stated.text, stated.file, stated)
        problem = problem_of(package, found)
        if stated.is_of_user and problem:
            raise InputError(
                f"{stated.file} {stated.text!r}: {problem}",
                hint="pass a command that the project has",
            )
        if not problem and not found.is_site and (stated.is_of_user or not found.needs_development):
            return replace(found, command=found.command.with_notes(*notes))
        if problem:
            notes.append(f"{stated.file} starts '{stated.text}', but {problem}: it is skipped")
    if wishes.entry:
        return _entered(package, wishes)
    found_script = _of_scripts(package)
    if found_script:
        return replace(found_script, command=found_script.command.with_notes(*notes))
    return None


def _of_scripts(package: NodePackage) -> NodeStart | None:
    """The best of the scripts that start something."""
    scripts = package.scripts
    names = [name for name in ("start", *_SCRIPTS, *_LATER) if name in scripts]
    found = [(name, followed(package, scripts[name], package.file)) for name in names]
    usable = [
        (name, one) for name, one in found if not one.is_site and not problem_of(package, one)
    ]
    for name, one in usable:
        if not one.needs_development and not is_for_development(one.command.shown):
            if name not in {"start", *_SCRIPTS} and is_for_development(scripts[name]):
                continue
            return one
    for name, one in usable:
        if name in {"start", *_SCRIPTS}:
            return _without_development(package, one)
    return None


def _without_development(package: NodePackage, found: NodeStart) -> NodeStart:
    """The program itself, if a development package would start it (``nodemon server.js``)."""
    words = found.command.words
    runner = posixpath.basename(words[0]) if words else ""
    files = [word for word in words if word.endswith(JAVASCRIPT)]
    if runner in RUNNERS and files:
        compiled = compiled_file(package, files[-1])
        if compiled:
            note = (
                f"'{found.command.shown}' needs the development"
                f" package {runner}: node starts {compiled} instead"
            )
            command = replace(found.command, words=("node", compiled)).with_notes(note)
            return NodeStart(command, compiled, builds=found.builds)
    if found.needs_development:
        note = (
            f"'{found.command.shown}' needs {', '.join(found.needs_development)}"
            f" from devDependencies: the image has them too"
        )
        return replace(found, command=found.command.with_notes(note))
    if is_for_development(found.command.shown):
        return replace(
            found,
            command=found.command.with_notes(
                f"'{found.command.shown}' starts a development server"
            ),
        )
    return found


def _entered(package: NodePackage, wishes: ProjectWishes) -> NodeStart:
    entry, source = wishes.entry.strip(), wishes.source_of("entry")
    if entry in package.scripts:
        return _without_development(package, followed(package, package.scripts[entry], source))
    if " " in entry:
        found = followed(package, entry, source)
        if problem := problem_of(package, found):
            raise InputError(
                f"{source} {entry!r}: {problem}", hint="pass a command that the project has"
            )
        return found
    if not is_there(package, entry):
        raise no_such_program(entry, [one.entry for one in programs(package)], source)
    entry = posixpath.normpath(entry)
    command = StartCommand(("node", entry), source)
    if not is_in_project(package, entry):
        command = command.with_notes(
            f"{entry} isn't in the project: the script {package.build_script} has to build it"
        )
    return NodeStart(command, entry, is_stated=False)


def main_program(package: NodePackage, wishes: ProjectWishes) -> NodeStart:
    """The program, if no script starts one. Raises InputError for none, or several candidates."""
    chosen = choose(programs(package), wishes, "program", missing="name it with --entry FILE.js")
    entry = posixpath.normpath(chosen.candidate.entry)
    command = StartCommand(("node", entry), chosen.candidate.file, is_guess=chosen.is_guess)
    _refuse_plugin(package, entry)
    found = NodeStart(command.with_notes(*chosen.notes), entry, is_stated=False)
    if not wishes.entry and _is_only_required(package, entry):
        note = (
            f"the program {entry} is a guess: it is the main of the package, which other packages"
            " load, and nothing in it was seen to start a server; name another with --entry, or add"
            ' a script "start"'
        )
        found = replace(found, command=replace(found.command, is_guess=True).with_notes(note))
    is_bun = manager_of(package.listing, package.data).name == "bun"
    if entry.endswith((".ts", ".mts")) and not is_bun:
        compiled = compiled_file(package, entry)
        if not compiled:
            raise InputError(
                f"{entry} is TypeScript, but package.json has no script that builds it",
                hint='add a script "build": "tsc", or a script "start"',
            )
        found = replace(found, command=replace(command, words=("node", compiled)), entry=compiled)
    return found


def _refuse_plugin(package: NodePackage, entry: str) -> None:
    """Raise InputError for a main that uses what only a host program defines, as a plug-in does."""
    if package.data.get("bin") or package.data.get("main") is None:
        return
    file = package.listing.first(entry, f"{entry}.js", f"{entry}/index.js") or ""
    if not file or is_bundle(package.listing.read(file)):
        return
    text = without_comments(package.listing.read(file), file)
    for name in re.findall(r"^([a-z]\w*)\.\w+\.[\w.]+\(", text, re.MULTILINE):
        defined = rf"\b(?:const|let|var|function|class|import)\b[^;=(]*\b{name}\b|\b{name}\s*=[^=>]"
        if name not in _OF_NODE and not re.search(defined, text):
            raise InputError(
                f"{file} uses {name}, which only another program defines: it is a plug-in",
                hint="pass the program with --entry FILE.js, or the command with --cmd",
            )


#: Objects that Node.js defines itself.
_OF_NODE = frozenset({"console", "process", "module", "exports", "global", "require", "globalThis"})


def _is_only_required(package: NodePackage, entry: str) -> bool:
    """Whether the file shows no sign of doing more than being loaded by another one."""
    main = package.data.get("main", "index.js")
    if package.data.get("bin") or not isinstance(main, str) or posixpath.normpath(main) != entry:
        return False
    text = package.listing.text(entry, f"{entry}.js", f"{entry}/index.js")
    exports = re.search(r"\bmodule\.exports\b|^exports\.|^export\b|\bexports, ", text, re.MULTILINE)
    runs = re.search(
        r"^#!|^(?:\w+\.)*(?:listen|login|start|launch|serve)\(|require\.main\s*[!=]="
        # A statement at the top level, which neither defines a function nor exports one.
        r"|^(?!async\b|function\b|class\b|export\b|module\.|exports\.)\w(?:(?!=>|\bfunction\b)[^\n])*"
        r"\.(?:listen|serve)\("
        r"|[!=]==?\s*require\.main\b",
        text,
        re.MULTILINE,
    )
    return bool(exports) and not runs
