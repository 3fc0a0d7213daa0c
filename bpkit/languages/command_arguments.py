"""What a command-line program has to be given before it serves: a subcommand or an argument.

A program that is started without words may print its help and end, whatever another of its files
would listen on. What is said here comes from the libraries that read command lines.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bpkit.languages.listing import Listing
from bpkit.languages.source_suffixes import JAVASCRIPT
from bpkit.languages.source_text import is_bundle, without_comments
from bpkit.languages.start import StartCommand

_READS_ARGUMENTS = re.compile(
    r"\bprocess\.argv\b|['\"](?:commander|yargs|minimist|optimist|cac|meow|arg|mri|sade)['\"]"
    r"|\bsys\.argv\b|\bargparse\b|\boptparse\b|\bimport (?:click|typer)\b|\bfrom (?:click|typer)\b"
)
#: A subcommand that is also the default (commander's ``isDefault``, yargs' ``$0``, click's
#: ``invoke_without_command``) is run without words.
_SUBCOMMANDS = re.compile(
    r"\badd_subparsers\(|@click\.group\(|\badd_typer\(|\.command\(\s*['\"`\[]"
)
_DEFAULT_SUBCOMMAND = re.compile(
    r"\bisDefault\s*:\s*true|['\"`]\$0|['\"]\*['\"]|\binvoke_without_command\s*=\s*True"
)
_IS_OF_COMMAND_LINES = re.compile(
    r"['\"](?:commander|yargs|cac|sade)(?:/[\w-]+)?['\"]|\b(?:argparse|click|typer)\b"
)
_REQUIRED = re.compile(
    r"\.arguments?\(\s*['\"`]<|\.demandCommand\(|\.demand\(\s*[1-9]|['\"`]\$0[^'\"`\n]*<\w"
    r"|\bargv(?:\._|\[['\"]_['\"]\])\.length\s*(?:={2,3}\s*0|<\s*1)|!\s*argv\._(?:\.length|\[0\])"
)
_ARGUMENT = re.compile(r"\.add_argument\(\s*['\"]\w[^)]*\)|@click\.argument\([^)]*\)", re.DOTALL)
_MAY_BE_MISSING = re.compile(
    r"\bnargs\s*=\s*(?:['\"][?*]|-1|\w*\.?REMAINDER)|\brequired\s*=\s*False|\bdefault\s*="
)
#: Modules that read the command line for the program's own file.
_OF_COMMAND_LINE = re.compile(r"(?i)_*(?:cli|args?|arguments?|options?|parsers?|commands?|main)_*")
_REQUIRED_FILE = re.compile(r"(?:\brequire\(|\bfrom|\bimport)\s*\(?\s*['\"]([.@~][^'\"]*)['\"]")
#: An import in a branch belongs to what the branch is for; one at a function's start doesn't.
_IMPORTED = re.compile(
    r"^(?: {0,4}|\t?)(?:from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n]+)"
    r"|import[ \t]+([\w., \t]+))",
    re.MULTILINE,
)
_SERVES = re.compile(r"\b(serve_forever|handle_request|make_server|start_server|listen)\(")
_OF_SERVERS = re.compile(
    r"['\"](?:node:)?(?:http|https|http2|net|express|connect|koa|fastify|polka)['\"]|\bcreateServer\("
    r"|\bsocket\b|\b(?:serve_forever|handle_request|make_server)\(|\basyncio\b"
)
_MOST_FILES = 200


def as_started(listing: Listing, command: StartCommand, entry: str) -> StartCommand:
    """The command without a port that it may only listen on if it is given a word.

    ``command`` starts ``entry`` without words. The port stays, as a guess, if the word is only a
    file or a directory to serve.
    """
    if not command.port or entry not in listing:
        return command
    at, by = command.port, command.port_file
    reached = reached_from(listing, entry)
    own = [entry, *(f for f in reached[1:] if _OF_COMMAND_LINE.fullmatch(_module_name(f)))]
    needing = "pass the command that serves with --cmd, and its port with --port"
    if file := next((f for f in own if _has_subcommands(_text(listing, f))), ""):
        return _without_port(command).with_notes(
            f"no EXPOSE and no HEALTHCHECK are written: {by} listens on {at}, but {file} has"
            f" subcommands, and none is named; {needing}"
        )
    is_program_line = any(_READS_ARGUMENTS.search(_text(listing, f)) for f in reached)
    is_source = by.endswith((*JAVASCRIPT, ".py"))
    if is_program_line and is_source and by not in reached:
        return _without_port(command).with_notes(
            f"no EXPOSE and no HEALTHCHECK are written: {by} listens on {at}, but it was not seen"
            f" that {entry} does so without an argument; {needing}"
        )
    if file := next((f for f in own if _needs_argument(_text(listing, f))), ""):
        return replace(command, port_is_guess=True).with_notes(
            f"the port {at} is a guess: {by} listens on it, but {file} needs an argument first;"
            " pass the whole command with --cmd"
        )
    return command


def _without_port(command: StartCommand) -> StartCommand:
    return replace(command, port="", port_file="", port_is_guess=False)


def portless_note(listing: Listing, entry: str) -> str:
    """The note that a program without a known port may be a server; empty if nothing says so."""
    files = reached_from(listing, entry) if entry in listing else ()
    texts = {file: _text(listing, file) for file in files}
    if not any(_OF_SERVERS.search(text) for text in texts.values()):
        return ""
    for file, text in texts.items():
        if call := _SERVES.search(text):
            return (
                f"{file} calls {call[1]}, but no port was found: if the program is a server, pass"
                " its port with --port"
            )
    return ""


def _text(listing: Listing, file: str) -> str:
    text = listing.read(file)
    named = file if "." in posixpath.basename(file) or "python" not in text[:60] else f"{file}.py"
    return "" if is_bundle(text) else without_comments(text, named)


def _has_subcommands(text: str) -> bool:
    if not _IS_OF_COMMAND_LINES.search(text) or _DEFAULT_SUBCOMMAND.search(text):
        return False
    # A Typer application with a single command has no subcommands.
    is_typer = len(re.findall(r"^@\w+\.command\(", text, re.MULTILINE)) > 1 and "Typer(" in text
    return is_typer or _SUBCOMMANDS.search(text) is not None


def _needs_argument(text: str) -> bool:
    arguments = (one[0] for one in _ARGUMENT.finditer(text))
    return bool(_REQUIRED.search(text)) or any(not _MAY_BE_MISSING.search(one) for one in arguments)


def _module_name(file: str) -> str:
    name = posixpath.basename(file).rpartition(".")[0]
    return posixpath.basename(posixpath.dirname(file)) if name in {"index", "__init__"} else name


def reached_from(listing: Listing, entry: str) -> tuple[str, ...]:
    """The program's file and the project's files that it imports, directly or through others."""
    found, later = {entry: None}, [entry]
    while later and len(found) < _MOST_FILES:
        file = later.pop(0)
        text = _text(listing, file)
        is_python = file.endswith(".py") or "python" in text.partition("\n")[0]
        imported = (
            _python_files(listing, file, text) if is_python else _js_files(listing, file, text)
        )
        for one in imported:
            if one not in found:
                found[one] = None
                later.append(one)
    return tuple(found)


def _js_files(listing: Listing, file: str, text: str) -> Iterator[str]:
    folder = posixpath.dirname(file)
    for named in _REQUIRED_FILE.findall(text):
        is_alias = named[:1] in {"@", "~"}
        starts = ("src", "") if is_alias else (folder,)
        for start in starts:
            path = posixpath.normpath(posixpath.join(start, named[2:] if is_alias else named))
            # TypeScript imports a source by the name of its output.
            bare = re.sub(r"\.[cm]?jsx?$", "", path)
            ends = (path, *(f"{bare}{end}" for end in JAVASCRIPT))
            if one := listing.first(*ends, *(f"{path}/index{end}" for end in JAVASCRIPT)):
                yield one
                break


def _python_files(listing: Listing, file: str, text: str) -> Iterator[str]:
    folder = posixpath.dirname(file)
    for module, names, plain in _IMPORTED.findall(text):
        if module:
            members = [w.split()[0] for w in names.strip("()\\ \n").split(",") if w.split()]
            yield from _modules(listing, folder, module, members)
        for one in plain.split(","):
            if one.split():
                yield from _modules(listing, folder, one.split()[0], [])


def _modules(listing: Listing, folder: str, module: str, members: Iterable[str]) -> Iterator[str]:
    dots = len(module) - len(module.lstrip("."))
    path = module.lstrip(".").replace(".", "/")
    starts = (folder, "", "src")
    if dots:
        above = folder
        for _ in range(dots - 1):
            above = posixpath.dirname(above)
        starts = (above, above, above)
    for start in dict.fromkeys(starts):
        base = posixpath.join(start, path).rstrip("/")
        ways = [base, *(f"{base}/{name}".lstrip("/") for name in members)]
        for way in ways:
            if one := listing.first(f"{way}.py", f"{way}/__init__.py"):
                yield one
