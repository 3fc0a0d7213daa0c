"""A command of package.json, followed through the scripts that it runs to the program."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace

from bpkit.languages.node.package import (
    NodePackage,
    development_of,
)
from bpkit.languages.source_suffixes import JAVASCRIPT
from bpkit.languages.start import StartCommand, as_stated
from bpkit.languages.stated import StatedCommand, unwrapped

#: Programs that run a source file, which node can run too once it is compiled.
RUNNERS = frozenset(
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
    """The command, and the development packages that it needs.

    ``builds`` are scripts that have to run before it. ``entry`` is the file that node runs, if
    known; ``is_site``: the command only serves build output. ``is_stated``: the project or the user
    states the command, so it needs no further words.
    """

    command: StartCommand
    entry: str = ""
    needs_development: tuple[str, ...] = ()
    builds: tuple[str, ...] = ()
    is_site: bool = False
    is_stated: bool = True


def followed(
    package: NodePackage, text: str, file: str, stated: StatedCommand | None = None
) -> NodeStart:
    """The command that a script ends in, if scripts start each other."""
    builds: list[str] = []
    environment: dict[str, str] = {}
    for _ in range(_NOT_FOLLOWED):
        text, variables = _without_variables(unwrapped(text))
        # Leave out what only restarts it after each change of the source.
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
    elif program in RUNNERS:
        named = [word for word in words[1:] if not word.startswith("-")]
        sources = [word for word in named if word.endswith(JAVASCRIPT)]
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
    """Scripts that are started together: the one that is a server, if exactly one is."""
    names = re.findall(
        r"[\"']?(?:npm:|npm run |yarn |pnpm )?([\w:*-]+)[\"']?", text.partition(" ")[2]
    )
    found = [
        followed(package, package.scripts[name], file) for name in names if name in package.scripts
    ]
    servers = [one for one in found if not one.is_site and one.entry]
    if len(servers) == 1:
        return servers[0]
    command = StartCommand(("sh", "-c", text), file)
    return NodeStart(command, needs_development=development_of(package, text.partition(" ")[0]))


def _without_variables(text: str) -> tuple[str, dict[str, str]]:
    """A command without the variables in front of it, and those variables."""
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
