"""What starts a Node.js project: its scripts, followed to the program that they start."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace

from bpkit.errors import InputError
from bpkit.languages.detected import ProjectWishes, choose, no_such_program
from bpkit.languages.node.managers import manager_of
from bpkit.languages.node.package import (
    BINS,
    SOURCE_SUFFIXES,
    NodePackage,
    compiled_file,
    development_of,
    is_in_project,
    is_of_scope,
    is_there,
)
from bpkit.languages.node.programs import programs
from bpkit.languages.start import StartCommand, as_stated
from bpkit.languages.stated import StatedCommand, is_for_development, stated_commands, unwrapped

_SCRIPTS = ("start:prod", "start:production", "production", "prod", "serve:prod", "start-prod")
_LATER = ("serve", "server", "start:server", "run", "preview", "serve:ssr")
#: Programs that run a source, which node runs as well once it is compiled.
_RUNNERS = frozenset(
    {
        "nodemon",
        "ts-node",
        "ts-node-dev",
        "tsnd",
        "tsx",
        "babel-node",
        "node-dev",
        "forever",
        "supervisor",
        "pm2",
        "pm2-runtime",
        "ts-node-esm",
        "esr",
        "swc-node",
        "bun",
        "vite-node",
    }
)
_NOT_FOLLOWED = 12


@dataclass(frozen=True)
class NodeStart:
    """The command, and which packages it needs that only development has.

    ``builds`` are scripts that have to run before it. ``entry`` is the file that node runs, as far
    as it is known; ``is_site``: what is started only serves what a build leaves.
    """

    command: StartCommand
    entry: str = ""
    needs_development: tuple[str, ...] = ()
    builds: tuple[str, ...] = ()
    is_site: bool = False


def start(package: NodePackage, wishes: ProjectWishes) -> NodeStart | None:
    """What starts the package; None if nothing does, or only a web site's own server.

    Raises InputError if the user names what isn't there, or has to choose.
    """
    notes: list[str] = []
    for stated in stated_commands(package.listing, wishes):
        found = _followed(package, stated.text, stated.file, stated)
        problem = _problem(package, found)
        if stated.is_of_user and problem:
            raise InputError(
                f"{stated.file} {stated.text!r}: {problem}", hint="name what the project has"
            )
        if not problem and not found.is_site and (stated.is_of_user or not found.needs_development):
            return replace(found, command=found.command.with_notes(*notes))
        if problem:
            notes.append(f"{stated.file} starts '{stated.text}', but {problem}: it is passed over")
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
    found = [(name, _followed(package, scripts[name], package.file)) for name in names]
    usable = [(name, one) for name, one in found if not one.is_site and not _problem(package, one)]
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
    """The program itself, where a development package would start it (``nodemon server.js``)."""
    words = found.command.words
    runner = posixpath.basename(words[0]) if words else ""
    files = [word for word in words if word.endswith(SOURCE_SUFFIXES)]
    if runner in _RUNNERS and files:
        compiled = compiled_file(package, files[-1])
        if compiled:
            note = (
                f"'{found.command.shown}' needs {runner}, a"
                f" development package: node starts {compiled}"
            )
            command = replace(found.command, words=("node", compiled)).with_notes(note)
            return NodeStart(command, compiled, builds=found.builds)
    if found.needs_development:
        note = (
            f"'{found.command.shown}' needs {', '.join(found.needs_development)}"
            f" of devDependencies: they ship too"
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


def _followed(
    package: NodePackage, text: str, file: str, stated: StatedCommand | None = None
) -> NodeStart:
    """The command that a script comes to, where scripts start each other."""
    builds: list[str] = []
    environment: dict[str, str] = {}
    for _ in range(_NOT_FOLLOWED):
        text, variables = _without_variables(unwrapped(text))
        # What only starts it again for each change of the source is left out.
        text = re.sub(r"\btsx watch\b(?: --\S+)*", "tsx", text)
        text = re.sub(r"(?<=node) --watch(?:-path=\S+|-preserve-output)?(?=\s)", "", text)
        environment |= variables
        *before, last = [part.strip() for part in re.split(r"&&|;", text) if part.strip()]
        kept = []
        for part in before:
            script = _script_of(package, part)
            if script and (
                script.startswith(("build", "compile", "prebuild", "clean"))
                or script == package.build_script
            ):
                if not package.lacks(package.scripts.get(script, "")):
                    builds.append(script)
            elif not re.match(
                r"(?:tsc|webpack|rimraf|rm|vite build|next build|nest build|npm i|npm install)\b",
                part,
            ):
                kept.append(part)
        script = _script_of(package, last)
        if script is None or script not in package.scripts:
            text = " && ".join([*kept, last])
            break
        rest = re.search(r"\s--\s+(.*)$", last)
        text = " && ".join([*kept, package.scripts[script] + (f" {rest[1]}" if rest else "")])
    parallel = re.match(r"(?:concurrently|npm-run-all|run-p|run-s)\b\s+(.*)", text)
    if parallel:
        return _of_several(package, text, file)
    command = as_stated(stated or StatedCommand(text, file), "3000", text)
    command = replace(command, environment={**environment, **command.environment})
    words = list(StatedCommand(re.split(r"&&", text)[-1], file).words)
    while words and re.fullmatch(r"\w+=.*", words[0]):
        words.pop(0)
    return _judged(package, command, words, tuple(dict.fromkeys(builds)))


def _judged(
    package: NodePackage, command: StartCommand, words: list[str], builds: tuple[str, ...]
) -> NodeStart:
    program = posixpath.basename(words[0]) if words else ""
    if program in {"npx", "bunx", "pnpx"} and len(words) > 1:
        words = words[1:]
        program = words[0]
        command = replace(command, words=tuple(words))
    of_sites = {
        "serve",
        "http-server",
        "live-server",
        "vite",
        "react-scripts",
        "vue-cli-service",
        "ng",
        "parcel",
        "gatsby",
        "astro",
        "eleventy",
        "webpack",
        "webpack-dev-server",
        "docusaurus",
        "vitepress",
        "hexo",
        "ember",
        "lite-server",
        "vuepress",
        "slidev",
        "expo",
        "storybook",
        "start-storybook",
        "snowpack",
        "browser-sync",
        "umi",
        "craco",
        "react-app-rewired",
        "rsbuild",
        "farm",
        "wrangler",
    }
    needs = development_of(package, program)
    entry = ""
    if program in {"node", "nodejs", "bun", "deno", "tsx"}:
        entry = _node_entry(words)
    elif program in _RUNNERS:
        named = [word for word in words[1:] if not word.startswith("-")]
        sources = [word for word in named if word.endswith(SOURCE_SUFFIXES)]
        entry = next(iter([*sources, *(word for word in named if "/" in word)]), "")
    required = re.findall(r"(?:-r|--require|--import|--loader)[ =](\S+)", " ".join(words))
    for name in required:
        top = "/".join(name.split("/")[: 2 if name.startswith("@") else 1])
        if (
            top in package.development
            and top not in package.dependencies
            and not name.startswith(".")
        ):
            needs = (*needs, top)
    command = _with_host(package, program, command)
    return NodeStart(
        command, posixpath.normpath(entry) if entry else "", needs, builds, program in of_sites
    )


def _with_host(package: NodePackage, program: str, command: StartCommand) -> StartCommand:
    if program == "next" and "start" in command.words:
        port = command.port or "3000"
        return replace(command, port=port, port_file=command.port_file or command.file)
    if program in {"remix-serve", "react-router-serve"}:
        return command.with_port("3000", command.file)
    if program == "strapi":
        return command.with_port("1337", command.file)
    return command


def _node_entry(words: list[str]) -> str:
    takes_value = {
        "-r",
        "--require",
        "--import",
        "--loader",
        "--experimental-loader",
        "-C",
        "--env-file",
    }
    rest = words[1:]
    while rest:
        word = rest.pop(0)
        if word in takes_value:
            rest[:1] = []
        elif word == "run" and words[0] in {"bun", "deno"}:
            continue
        elif not word.startswith("-"):
            return word
    return ""


def _of_several(package: NodePackage, text: str, file: str) -> NodeStart:
    """Scripts that are started together: the one that is a server, if only one is."""
    names = re.findall(
        r"[\"']?(?:npm:|npm run |yarn |pnpm )?([\w:*-]+)[\"']?", text.partition(" ")[2]
    )
    found = [
        _followed(package, package.scripts[name], file) for name in names if name in package.scripts
    ]
    servers = [one for one in found if not one.is_site and one.entry]
    if len(servers) == 1:
        return servers[0]
    command = StartCommand(("sh", "-c", text), file)
    return NodeStart(command, needs_development=development_of(package, text.partition(" ")[0]))


def _without_variables(text: str) -> tuple[str, dict[str, str]]:
    """A command without the variables in front of it, and these."""
    variables: dict[str, str] = {}
    while found := re.match(
        r"\s*(?:cross-env\s+|env\s+)?([A-Za-z_]\w*)=(\"[^\"]*\"|'[^']*'|[^\s$]*)\s+(?=\S)", text
    ):
        variables[found[1]] = found[2].strip("\"'")
        text = text[found.end() :]
    return text, variables


def _script_of(package: NodePackage, text: str) -> str | None:
    """The script that ``npm run x``, ``yarn x`` or ``npm start`` runs; None if it isn't one."""
    found = re.match(
        (
            r"(?:npm|pnpm|yarn|bun|node --run)\s+(?:(?:run-script|"
            r"run|exec)\s+)?(?:-s\s+|--silent\s+)?([\w:.-]+)"
        ),
        text,
    )
    if not found or found[1] in {"install", "ci", "add", "dlx", "create"}:
        return None
    return found[1]


def _problem(package: NodePackage, found: NodeStart) -> str:
    """What the command needs and the project hasn't, as the end of a sentence; empty if nothing."""
    words = found.command.words
    if not words:
        return "it says nothing"
    if words[0] == "sh":
        return ""
    program = posixpath.basename(words[0])
    if found.entry:
        lost = found.entry if not is_there(package, found.entry) else _lost_argument(package, found)
        return f"the project has no {lost}" if lost else ""
    if program in {"node", "nodejs"}:
        return "" if len(words) > 1 else "it names no file"
    if program in {"npm", "yarn", "pnpm"}:
        return f"package.json has no script {words[-1]}"
    if words[0].startswith((".", "/")) or words[0].endswith((".sh", ".js")):
        if words[0].startswith("/"):
            return "" if _OF_BASE.fullmatch(words[0]) else f"the image has no {words[0]}"
        there = package.listing.has(posixpath.normpath(words[0]))
        return "" if there or "node_modules" in words[0] else f"the project has no {words[0]}"
    name = BINS.get(program, program)
    if package.has(name) or program in {"sh", "bash"} or is_of_scope(package, program):
        return ""
    if program in {"python", "python3", "docker", "docker-compose", "echo", "exit", "ruby", "java"}:
        return f"{program} isn't in an image of Node.js"
    return f"{name} isn't among its packages"


#: Programs of the images of Node.js.
_OF_BASE = re.compile(
    r"(?:/usr)?(?:/local)?/bin/(?:sh|bash|env|node|npm|yarn|docker-entrypoint\.sh)"
)
_DATA = (".json", ".cjs", ".js", ".yml", ".yaml", ".toml", ".conf", ".ini", ".db", ".sqlite")


def _lost_argument(package: NodePackage, found: NodeStart) -> str:
    """A file that the program is given, and the project hasn't; empty if there is none."""
    for word in found.command.words[1:]:
        path = posixpath.normpath(word)
        is_file = word.endswith(_DATA) and re.fullmatch(r"[\w@./-]+", word)
        if not is_file or word.startswith(("-", "/")) or path == found.entry:
            continue
        is_source = path.endswith(SOURCE_SUFFIXES)
        if not (is_there(package, path) if is_source else package.listing.has(path)):
            return path
    return ""


def _entered(package: NodePackage, wishes: ProjectWishes) -> NodeStart:
    entry, source = wishes.entry.strip(), wishes.source_of("entry")
    if entry in package.scripts:
        return _without_development(package, _followed(package, package.scripts[entry], source))
    if " " in entry:
        found = _followed(package, entry, source)
        if problem := _problem(package, found):
            raise InputError(f"{source} {entry!r}: {problem}", hint="name what the project has")
        return found
    if not is_there(package, entry):
        raise no_such_program(entry, [one.entry for one in programs(package)], source)
    entry = posixpath.normpath(entry)
    command = StartCommand(("node", entry), source)
    if not is_in_project(package, entry):
        command = command.with_notes(
            f"{entry} isn't in the project: the script {package.build_script} has to make it"
        )
    return NodeStart(command, entry)


def main_program(package: NodePackage, wishes: ProjectWishes) -> NodeStart:
    """The program where no script starts one. Raises InputError if none or several are there."""
    chosen = choose(programs(package), wishes, "program", missing="name it with --entry FILE.js")
    entry = posixpath.normpath(chosen.candidate.entry)
    command = StartCommand(("node", entry), chosen.candidate.file, is_guess=chosen.is_guess)
    found = NodeStart(command.with_notes(*chosen.notes), entry)
    if not wishes.entry and _is_only_required(package, entry):
        note = (
            f"the program {entry} is a guess: it is the main of package.json, which other packages"
            ' load, and shows no server; name another with --entry, or add a script "start"'
        )
        found = replace(found, command=replace(found.command, is_guess=True).with_notes(note))
    is_bun = manager_of(package.listing, package.data).name == "bun"
    if entry.endswith((".ts", ".mts")) and not is_bun:
        compiled = compiled_file(package, entry)
        if not compiled:
            raise InputError(
                f"{entry} is TypeScript, and package.json has no script that builds it",
                hint='add a script "build": "tsc", or a script "start"',
            )
        found = replace(found, command=replace(command, words=("node", compiled)), entry=compiled)
    return found


def _is_only_required(package: NodePackage, entry: str) -> bool:
    """Whether nothing shows that the file does more than to be loaded by another one."""
    main = package.data.get("main")
    if package.data.get("bin") or not isinstance(main, str) or posixpath.normpath(main) != entry:
        return False
    text = package.listing.text(entry, f"{entry}.js", f"{entry}/index.js")
    exports = re.search(r"\bmodule\.exports\b|^exports\.|^export\b|\bexports, ", text, re.MULTILINE)
    runs = re.search(
        r"^#!|^(?:\w+\.)*(?:listen|login|start|launch|serve)\(|require\.main\s*[!=]="
        r"|[!=]==?\s*require\.main\b",
        text,
        re.MULTILINE,
    )
    return bool(exports) and not runs
