"""BPK228: development packages ship."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import Command, copy_of, mounts_of, run_commands
from bpkit.formats.text import is_glob
from bpkit.light import regex
from bpkit.verbs.lint.subject import LintSubject, Step

RULE = Rule(
    "BPK228",
    "note",
    "development packages ship",
    "Without `--omit=dev` (or `NODE_ENV=production`) npm, yarn and pnpm install the "
    "`devDependencies` too: compilers, test runners and linters, often most of "
    "`node_modules`. composer does the same without `--no-dev`. Nothing is reported where the "
    "build context has a `package.json` without any.",
    fix="Install with `npm ci --omit=dev` in the stage that ships (`yarn install --production`, "
    "`pnpm install --prod`, `composer install --no-dev`); build in another stage.",
    failing="FROM node:24-slim\nCOPY package.json package-lock.json ./\n"
    "RUN npm ci && npm cache clean --force\nCOPY src src\nUSER 1000\n"
    'CMD ["node", "src/main.js"]\n',
    passing="FROM node:24-slim\nCOPY package.json package-lock.json ./\n"
    "RUN npm ci --omit=dev && npm cache clean --force\nCOPY src src\nUSER 1000\n"
    'CMD ["node", "src/main.js"]\n',
)

_VERBS = {
    "npm": {"ci", "install", "i"}, "yarn": {"install", ""}, "pnpm": {"install", "i"},
    "composer": {"install"},
}  # fmt: skip
_QUIET = (
    "--omit",
    "--production",
    "--only",
    "--prod",
    "-P",
    "--no-dev",
    "-g",
    "--global",
    "--no-optional-dev",
)
_PRUNERS = {"prune"}


def check(subject: LintSubject) -> Iterator[Finding]:
    """The first command in a stage that ships that leaves development packages there."""
    if subject.context.has_dev_packages is False or _starts_for_developers(subject):
        return
    found: Finding | None = None
    is_here = False
    for step in subject.shipped_steps():
        is_here = is_here or _may_bring_manifest(step)
        for command in run_commands(step.instruction):
            if command.program in _VERBS and _PRUNERS & set(command.plain[:1]):
                return
            if command.words[:1] == ("rm",) and any("node_modules" in w for w in command.words):
                return
            if found is None and is_here and _installs_all(command, step):
                found = _finding(subject, command, step)
    if found is not None:
        yield found


def _may_bring_manifest(step: Step) -> bool:
    """Whether a package.json may come with this COPY, or the mount of a RUN."""
    if step.instruction.keyword not in {"ADD", "COPY"}:
        return bool(mounts_of(step.instruction))
    copy = copy_of(step.instruction, step.state.env)
    return any(
        "." not in source.rstrip("/").rpartition("/")[2].strip(".")
        or source.endswith(("package.json", "composer.json"))
        or is_glob(source)
        for source in copy.sources
    )


# Servers that watch the source: they are among those packages themselves.
_WATCHERS = regex(
    r"\b(?:nodemon|ts-node-dev|tsx watch|vite|ng serve|webpack-dev-server|next dev|nuxt dev)\b"
    r"|\b(?:npm|yarn|pnpm)[\s\",]+(?:run[\s\",]+)?(?:\w+:)?(?:dev|watch)\b"
)


def _starts_for_developers(subject: LintSubject) -> bool:
    """Whether the program that the image runs needs them."""
    starts = [
        step.instruction.original
        for step in subject.shipped_steps()
        if step.instruction.keyword in {"CMD", "ENTRYPOINT"}
    ]
    return bool(starts) and _WATCHERS.search(starts[-1]) is not None


def _installs_all(command: Command, step: Step) -> bool:
    plain = command.plain
    verb = plain[0] if plain else ""
    if command.program not in _VERBS or verb not in _VERBS[command.program] or len(plain) > 1:
        return False
    if any(word.partition("=")[0] in _QUIET for word in command.words):
        return False
    env = {**step.state.env, **dict(command.assignments)}
    is_production = env.get("NODE_ENV") not in {None, "", "development", "dev", "test"}
    return not is_production and "NPM_CONFIG_PRODUCTION" not in env and "YARN_PRODUCTION" not in env


def _finding(subject: LintSubject, command: Command, step: Step) -> Finding:
    sure = "" if subject.context.has_dev_packages else ", if there are any"
    what = "require-dev" if command.program == "composer" else "devDependencies"
    return Finding(
        RULE,
        f"'{' '.join(command.words)}' installs the {what} too{sure}, and they ship",
        step.stage.place(step.instruction),
        command.program,
    )
