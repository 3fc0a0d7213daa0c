"""Files that scripts in a package.json need but the project lacks, as in a published package."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from bpkit.languages.listing import Listing
from bpkit.languages.source_suffixes import JAVASCRIPT

#: By tool: the files that it reads if its command names none; one of these has to exist.
_READ: Mapping[str, tuple[str, ...]] = {
    "tsc": ("tsconfig.json",),
    "gulp": ("gulpfile.js", "gulpfile.mjs", "gulpfile.cjs", "gulpfile.ts", "gulpfile.esm.js"),
    "grunt": ("Gruntfile.js", "gruntfile.js", "Gruntfile.cjs", "Gruntfile.coffee"),
    "webpack": ("webpack.config.js", "webpack.config.ts", "webpack.config.cjs", "src/index.js"),
    "rollup": ("rollup.config.js", "rollup.config.mjs", "rollup.config.ts", "rollup.config.cjs"),
    "tsup": ("tsup.config.ts", "tsup.config.js", "tsup.config.mjs", "src/index.ts"),
    "tsdown": ("tsdown.config.ts", "tsdown.config.js", "tsdown.config.mjs", "src/index.ts"),
    "react-scripts": ("src/index.js", "src/index.tsx", "src/index.jsx", "src/index.ts"),
    "vite": ("index.html", *(f"vite.config.{end}" for end in ("js", "ts", "mjs", "mts", "cjs"))),
    "vue-cli-service": ("src/main.js", "src/main.ts", "vue.config.js"),
    "unbuild": ("build.config.ts", "build.config.js", "build.config.mjs", "src/index.ts"),
}
_COMPILERS = (
    r"coffee -\w+ \S+|tsup|tsc|esbuild|babel|swc|ncc build|rollup -i|bun build|tsdown"
    r"|parcel build"
)
_NAMED = re.compile(rf"^(?:npx\s+)?(?:{_COMPILERS})\s+(?:\./)?([\w@][\w./@-]*)")
#: Options that name an input file, in any of the tools.
_GIVEN = re.compile(r"(?:--config|--project|--folder|-p|-c|-b|--build)[ =](?:\./)?([\w.][\w./-]*)")
_RUN = re.compile(r"^(?:npm|pnpm|yarn|bun)\s+(?:run\s+|run-script\s+)?(?:-s\s+)?([\w:.-]+)")
_RUN_SEVERAL = re.compile(r"^(?:npm-run-all|run-s|run-p|concurrently)\b(.*)")
#: A script in another package of the project.
_ELSEWHERE = re.compile(r"^(?:npm|pnpm|yarn)\b.*?(?:--prefix|--cwd|--dir|-C)[ =](\S+)")
#: Files that a loop iterates over, or that are passed to a tool unquoted.
_GLOB = re.compile(r"^for \w+ in (\S*\*\S*)")
_DEEPEST = 5


def lacking(listing: Listing, scripts: Mapping[str, str], script: str, depth: int = 0) -> str:
    """A file that the script needs and the project lacks; empty if none is known.

    Follows the scripts that it runs. The output of one command is available to the next ones.
    """
    if depth > _DEEPEST:
        return ""
    for part in _parts(script):
        for name in _started(part, scripts):
            if missing := lacking(listing, scripts, scripts[name], depth + 1):
                return missing
        for pattern in map(str, _GLOB.findall(part)):
            if not listing.glob(posixpath.normpath(pattern)):
                return pattern.removeprefix("./")
        if missing := _lacking(listing, part):
            return missing
    return ""


def _parts(script: str) -> Iterator[str]:
    for part in re.split(r"&&|\|\||;|\|", script):
        yield re.sub(r"^\s*(?:cross-env\s+)?(?:\w+=(?:\$\([^)]*\)|\S)*\s+)*", "", part).strip()


def _started(part: str, scripts: Mapping[str, str]) -> Iterator[str]:
    """The scripts that a command runs."""
    if (one := _RUN.match(part)) and one[1] in scripts:
        yield one[1]
    if several := _RUN_SEVERAL.match(part):
        for word in re.findall(r"[\w:.*-]+", several[1]):
            pattern = re.compile(re.escape(word).replace(r"\*", r"[^:]*"))
            yield from (name for name in scripts if pattern.fullmatch(name))


def _lacking(listing: Listing, part: str) -> str:
    if elsewhere := _ELSEWHERE.search(part):
        manifest = posixpath.join(posixpath.normpath(elsewhere[1]), "package.json")
        return "" if manifest in listing else manifest
    if _RUN.match(part) or not part:
        return ""
    words = part.removeprefix("npx ").split()
    tool = posixpath.basename(words[0])
    if tool in {"node", "ts-node", "tsx", "bash", "sh"}:
        file = next((word for word in words[1:] if not word.startswith("-")), "")
        is_file = file.endswith((*JAVASCRIPT, ".sh")) and not _is_there(listing, file)
        return posixpath.normpath(file) if is_file else ""
    if named := _NAMED.match(part):
        path = posixpath.normpath(named[1])
        is_path = "/" in path or path.endswith(JAVASCRIPT) or path in {"src", "source", "lib"}
        return path if is_path and not _is_there(listing, path) else ""
    given = [posixpath.normpath(one) for one in _GIVEN.findall(part)]
    is_tool = tool in _READ or tool in {"vite", "esbuild", "babel", "sfab", "parcel"}
    if given:
        missing = [one for one in given if not _is_there(listing, one)]
        return missing[0] if missing and (is_tool or "/" in missing[0]) else ""
    if tool == "tsc" and _is_built(listing):
        return "source in TypeScript"
    # Without files and without its configuration, tsc prints its help and fails.
    has_files = any(not word.startswith("-") for word in words[1:])
    if tool == "tsc" and not has_files and "tsconfig.json" not in listing and _has_output(listing):
        return "tsconfig.json"
    # Without a configuration file a tool may still find sources, except in a published package.
    if tool in _READ and not listing.first(*_READ[tool]) and _is_built(listing):
        return _READ[tool][0]
    return ""


def _is_built(listing: Listing) -> bool:
    """Whether the project contains build output, but not its source."""
    if any(file.endswith((".ts", ".tsx")) and not file.endswith(".d.ts") for file in listing.files):
        return False
    return _has_output(listing)


def _has_output(listing: Listing) -> bool:
    return any(listing.has_folder(one) for one in ("dist", "lib", "build", "bin", "public"))


def _is_there(listing: Listing, path: str) -> bool:
    path = posixpath.normpath(path)
    ends = ("", *JAVASCRIPT, ".json", "/tsconfig.json", "/index.js", "/index.ts")
    return any(listing.has(f"{path}{end}") for end in ends)
