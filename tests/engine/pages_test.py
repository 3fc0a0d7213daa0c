"""The pages of the documentation, typed at a terminal that reaches a real engine.

Each page has a directory of its own; what its readers have in theirs is in ``GROUNDS``. What a page
made is removed at the end, by the names that were not there before.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.engine.session import ONE_ENGINE, EngineSession
from tests.page_session import run_page
from tests.places import ROOT

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class PageGround:
    """What is there before a page is begun.

    ``files`` are in the directory, ``before`` is done in it. With ``from_the_top`` each block of
    the page is a beginning of its own. ``may_end`` are the statuses of a command of which the page
    doesn't tell one: a page that lists calls of a linter says nothing of what it found.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    before: str = "true"
    from_the_top: bool = False
    may_end: frozenset[int] = frozenset({0})


_PAIR = {
    name: (ROOT / "examples/builder-pattern" / name).read_text()
    for name in ("hellogo.go", "Dockerfile.build", "Dockerfile.runtime")
}
_STAGES = {
    name: (ROOT / "examples/multi-stage" / name).read_text()
    for name in ("welcome.go", "Dockerfile")
}
_GO = {
    "go.mod": "module hello\n\ngo 1.21\n",
    "main.go": 'package main\n\nimport "net/http"\n\n'
    'func main() {\n\thttp.ListenAndServe(":8080", nil)\n}\n',
}
_GREET = {
    "Dockerfile.build": "FROM busybox:latest\nWORKDIR /work\n"
    "RUN printf '#!/bin/sh\\necho hello\\n' > greet && chmod 755 greet\n",
    "Dockerfile": 'FROM busybox:latest\nCOPY greet /usr/bin/greet\nCMD ["greet"]\n',
    "build.sh": "#!/bin/sh\nset -e\ndocker build -t greet-build -f Dockerfile.build .\n"
    "docker create --name greet-c greet-build\ndocker cp greet-c:/work/greet greet\n"
    "docker rm greet-c\ndocker build -t greet .\nrm greet\n",
}
_SHOP = {
    "base/Dockerfile": "FROM busybox\n",
    "services/api/Dockerfile": 'FROM team/base\nCOPY a /\nCMD ["true"]\n',
    "services/api/a": "",
    "services/web/Dockerfile": 'FROM team/base\nCMD ["true"]\n',
    "compose.yaml": "services:\n  base: {build: base, image: team/base}\n"
    "  api: {build: services/api, image: api}\n  web: {build: services/web, image: web}\n",
}
_SERVER = (
    "FROM busybox:latest\nRUN mkdir /www && echo ok > /www/index.html && echo ok > /www/health\n"
    'EXPOSE 8000\nCMD ["busybox", "httpd", "-f", "-p", "8000", "-h", "/www"]\n'
)
_GIT = (
    "export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org"
    " GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org\n"
    "git init -q -b main && git add -A && git commit -q -m 1\n"
)
_COMMITS = _GIT + "for n in 2 3 4; do git commit -q --allow-empty -m $n; done\n"
#: Small images under the names that the pages take for examples.
_NGINX = f"printf '{_SERVER}' | docker build -q -t nginx:latest -\n".replace("\n'", "\\n'")
_REDIS = (
    "docker build -q -t redis:7 - <<'EOF'\nFROM busybox\n"
    "RUN printf '#!/bin/sh\\necho PONG\\n' > /bin/redis-cli && chmod 755 /bin/redis-cli\n"
    'CMD ["sleep", "60"]\nEOF\n'
)
_HELLOGO = "printf 'FROM busybox\\nENTRYPOINT [\"echo\"]\\n' | docker build -q -t hellogo -\n"
_TWO_TAGS = "docker tag busybox app:1.0 && docker tag alpine app:1.1\n"
_SAVED = (
    "docker save -o image.tar busybox && cp image.tar hello.tar && cp image.tar hellogo.tar\n"
    "mkdir layout && tar -xf image.tar -C layout\n"
)
FOUND = frozenset({0, 1})
GROUNDS = {
    "README.md": PageGround(before=f"cp -R '{ROOT}/examples' .", from_the_top=True),
    "docs/index.md": PageGround({"Dockerfile": _SERVER}),
    "docs/convert.md": PageGround(_GREET),
    "docs/ignore.md": PageGround(_PAIR),
    "docs/templates.md": PageGround(_GO),
    "docs/workspaces.md": PageGround(_SHOP, _GIT),
    "docs/lint.md": PageGround(
        {
            **_PAIR,
            "services/api/Dockerfile": "FROM busybox:1\nUSER 1000\n",
            "docker/api.Dockerfile": "FROM busybox:1\nUSER 1000\n",
        },
        may_end=FOUND,
    ),
    "docs/rules.md": PageGround(
        {"Dockerfile": _SERVER}, f"{_NGINX}{_SAVED}bpkit build", may_end=FOUND
    ),
    "docs/try.md": PageGround({"Dockerfile": _SERVER}, f"{_NGINX}{_REDIS}{_HELLOGO}bpkit build"),
    "docs/size.md": PageGround(
        {"Dockerfile": _SERVER},
        f"{_TWO_TAGS}{_SAVED}bpkit build\n{_COMMITS}",
    ),
    "docs/shrink.md": PageGround(
        {"Dockerfile": _SERVER, "docker/app.Dockerfile": _SERVER},
        "bpkit build && docker save -o app.tar hello",
    ),
}


def pages() -> list[str]:
    """The pages that have something to type."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    names = [page.relative_to(ROOT).as_posix() for page in found]
    return [name for name in names if not name.startswith(("docs/rules/", "docs/verbs/"))]


@pytest.fixture
def terminal(engine: EngineSession, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of somebody who has installed bpkit, and whose docker reaches the engine."""
    before = names_of_images(engine)
    home = tmp_path / "home"
    home.mkdir()
    path = f"{Path(sys.executable).parent}:{engine.env['PATH']}"
    kept = {name: value for name, value in engine.env.items() if not name.startswith("GIT_")}
    yield {**kept, "PATH": path, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    if made := sorted(names_of_images(engine) - before):
        engine.docker("rmi", "--force", *made)


def names_of_images(engine: EngineSession) -> set[str]:
    listed = engine.docker("images", "--format", "{{.Repository}}:{{.Tag}}").splitlines()
    return {name for name in listed if "<none>" not in name}


def typed_page(
    page: str, ground: PageGround, tmp_path: Path, terminal: Mapping[str, str]
) -> list[str]:
    """What is not as the page says, typed on this ground."""
    directory = tmp_path / "hello"
    directory.mkdir()
    for name, text in ground.files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)
    subprocess.run(["bash", "-ec", ground.before], cwd=directory, env=terminal, check=True)
    return run_page(
        page, directory, terminal, from_the_top=ground.from_the_top, may_end=ground.may_end
    )


@ONE_ENGINE
@pytest.mark.parametrize("page", pages())
def test_a_page_is_so_when_it_is_typed(
    engine: EngineSession, terminal: dict[str, str], tmp_path: Path, page: str
) -> None:
    ground = GROUNDS.get(page, PageGround())
    wrong = typed_page((ROOT / page).read_text(), ground, tmp_path, terminal)
    assert not wrong, f"{page}\n" + "\n".join(wrong)


def verb_pages() -> list[str]:
    return sorted(
        page.stem for page in (ROOT / "docs" / "verbs").glob("*.md") if page.stem != "index"
    )


_PROJECT = PageGround(
    {"Dockerfile": _SERVER}, "bpkit build && docker tag hello hellogo", may_end=FOUND
)
#: What there is for a verb's examples, where it isn't a project that was built.
VERB_GROUNDS = {
    "bake": PageGround(_SHOP),
    "build": PageGround({**_SHOP, "Dockerfile": _SERVER}, _GIT),
    "check": PageGround(
        {"Dockerfile": _SERVER}, f"{_SAVED}bpkit build && docker tag hello hellogo", may_end=FOUND
    ),
    "completion": PageGround(
        before="mkdir -p ~/.config/fish/completions ~/.zfunc\n"
        "mkdir -p ~/.local/share/bash-completion/completions"
    ),
    "compare": PageGround(_PAIR),
    # One of the two examples is for the form that this project has not.
    "convert": PageGround(_STAGES, may_end=frozenset({0, 2})),
    "diff": PageGround(
        before="docker tag busybox app:monday; docker tag alpine app:tuesday\n"
        "docker save -o a.tar busybox; docker save -o b.tar alpine",
        may_end=FOUND,
    ),
    # Nobody is at the terminal to be asked for the plugin.
    "doctor": PageGround(may_end=frozenset({0, 2})),
    "graph": PageGround(_SHOP),
    "ignore": PageGround(_PAIR),
    "init": PageGround(_GO),
    "lint": PageGround(_PAIR, may_end=FOUND),
    "ls": PageGround(_SHOP, _GIT),
    "script": PageGround(_PAIR),
    "size": PageGround({"Dockerfile": _SERVER}, f"{_TWO_TAGS}{_SAVED}bpkit build"),
    "try": PageGround({"Dockerfile": _SERVER}, f"{_REDIS}bpkit build"),
}


@ONE_ENGINE
@pytest.mark.parametrize("verb", verb_pages())
def test_the_examples_of_a_verb_run(
    engine: EngineSession, terminal: dict[str, str], tmp_path: Path, verb: str
) -> None:
    ground = VERB_GROUNDS.get(verb, _PROJECT)
    examples = (ROOT / "docs" / "verbs" / f"{verb}.md").read_text().partition("## Examples")[2]
    commands = re.findall(r"^(?!#|```|\|).*\bbpkit .*$", examples.partition("## Exit")[0], re.M)
    assert len(commands) > 1
    page = "```console\n" + "".join(f"$ {command}\n" for command in commands) + "```\n"
    wrong = typed_page(page, ground, tmp_path, terminal)
    assert not wrong, "\n".join(wrong)
