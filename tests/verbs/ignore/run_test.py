from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from bpkit.__main__ import main
from bpkit.errors import InputError
from bpkit.findings import Finding
from bpkit.formats.dockerignore import BUILDKIT, CLASSIC, UNTIL_20, Dialect
from bpkit.verbs.ignore.listing import prerequisites_text
from bpkit.verbs.ignore.report import notes
from bpkit.verbs.ignore.run import IgnoreRequest, check, derive, is_ours, listed, write
from bpkit.verbs.ignore.text import OWN

KEY = "-----BEGIN PRIVATE KEY-----\nx\n"


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile.build").write_text("FROM golang\nCOPY hello.go .\n")
    (tmp_path / "Dockerfile.runtime").write_text("FROM alpine\nCOPY hello /\n")
    (tmp_path / "hello.go").write_text("package main\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "huge").write_bytes(b"x" * 1000)
    return tmp_path


def ignore_file(directory: Path) -> Path:
    return directory / ".dockerignore"


def found_in(directory: Path, **choices: object) -> list[str]:
    return [said(one) for one in check(derive(IgnoreRequest(directory, **choices)))]  # type: ignore[arg-type]


def said(finding: Finding) -> str:
    return f"{finding.place}: {finding.rule.id} {finding.message}"


def test_all_dockerfiles_of_the_directory_count(pair: Path) -> None:
    derivation = derive(IgnoreRequest(pair))
    assert derivation.allowed.lines == ("*", "!hello.go", "!hello")
    assert derivation.before.size - derivation.after.size > 1000
    assert [entry.path for entry in derivation.after.entries] == ["hello.go"]


def test_a_dockerfile_that_is_named_counts_alone(pair: Path) -> None:
    lines = derive(IgnoreRequest(pair, ("Dockerfile.build",))).allowed.lines
    assert lines == ("*", "!hello.go")


def test_the_file_says_how_to_renew_it(pair: Path) -> None:
    (pair / "Dockerfile.build").write_text("FROM a\nARG V\nARG W\nCOPY $V /\n")
    given = (("V", "v 1"), ("W", "w"))
    text = derive(IgnoreRequest(pair, ("Dockerfile.build",), given)).text
    renew = "bpkit ignore --write -f Dockerfile.build --build-arg 'V=v 1' ["
    assert renew in text.splitlines()[0]


def test_a_written_file_is_known_again_and_the_users_lines_stay(pair: Path) -> None:
    write(derive(IgnoreRequest(pair)))
    assert derive(IgnoreRequest(pair)).state == "same"
    with ignore_file(pair).open("a") as stream:
        stream.write("*.tmp\n")
    (pair / "Dockerfile.runtime").write_text("FROM alpine\nCOPY hello etc /\n")
    derivation = derive(IgnoreRequest(pair))
    assert derivation.state == "renewed"
    write(derivation)
    text = ignore_file(pair).read_text()
    assert "!etc\n" in text
    assert text.endswith(f"{OWN}\n*.tmp\n")
    assert not (pair / ".dockerignore.bak").exists()


def test_a_persons_file_is_replaced_only_by_force_and_kept(pair: Path) -> None:
    ignore_file(pair).write_text("*.log\nhello.go.bak\n")
    derivation = derive(IgnoreRequest(pair))
    with pytest.raises(InputError, match="not written by bpkit"):
        write(derivation)
    assert ignore_file(pair).read_text() == "*.log\nhello.go.bak\n"
    write(derivation, force=True)
    assert ignore_file(pair).read_text().endswith(f"{OWN}\n*.log\nhello.go.bak\n")
    assert (pair / ".dockerignore.bak").read_text() == "*.log\nhello.go.bak\n"


def test_derived_lines_that_a_person_changed_are_a_persons(pair: Path) -> None:
    write(derive(IgnoreRequest(pair)))
    changed = ignore_file(pair).read_text().replace("!hello\n", "!hallo\n")
    assert not is_ours(changed)
    ignore_file(pair).write_text(changed)
    with pytest.raises(InputError):
        write(derive(IgnoreRequest(pair)))


def test_an_up_to_date_file_has_no_findings(pair: Path) -> None:
    write(derive(IgnoreRequest(pair)))
    assert found_in(pair) == []


def test_drift_is_named_line_by_line(pair: Path) -> None:
    write(derive(IgnoreRequest(pair)))
    (pair / "Dockerfile.build").write_text("FROM golang\nCOPY world.go .\n")
    assert found_in(pair) == [
        ".dockerignore: BPK302 the line '!world.go' is missing",
        ".dockerignore:6: BPK302 the line '!hello.go' isn't among those derived now",
    ]


def test_a_line_that_excludes_much_is_not_said_to_have_no_effect(pair: Path) -> None:
    write(derive(IgnoreRequest(pair)))
    (pair / "Dockerfile.build").write_text("FROM golang\nCOPY . /\n")
    found = found_in(pair)
    assert ".dockerignore:3: BPK302 the line '*' isn't among those derived now" in found


def test_no_file_at_all_is_drift(pair: Path) -> None:
    assert found_in(pair) == [".dockerignore: BPK302 .dockerignore doesn't exist"]


def test_a_persons_file_does_not_drift_but_must_include_needed_files(pair: Path) -> None:
    ignore_file(pair).write_text("*.go\ndata\n")
    assert found_in(pair) == [
        "Dockerfile.build:2: BPK303 hello.go is excluded by .dockerignore:1: *.go, "
        "but COPY hello.go copies it"
    ]


def test_a_secret_is_named_with_the_line_that_sends_it(pair: Path) -> None:
    (pair / "tls").mkdir()
    (pair / "tls" / "server.pem").write_text(KEY)
    (pair / ".env").write_text("A=b\n")
    (pair / "Dockerfile.build").write_text("FROM golang\n\nCOPY tls /tls\n")
    ignore_file(pair).write_text("data\n")
    assert found_in(pair) == [
        "Dockerfile.build: BPK301 .env holds environment variables, which often contain secrets: "
        "no instruction copies it, but the classic builder gets it",
        "Dockerfile.build:3: BPK301 tls/server.pem holds a private key: COPY tls copies it",
    ]


def test_a_secret_that_is_excluded_is_not_sent(pair: Path) -> None:
    (pair / ".git").mkdir()
    (pair / ".git" / "config").write_text("x")
    ignore_file(pair).write_text("data\n.git\n")
    assert found_in(pair) == []


def test_buildkit_reads_the_file_of_the_dockerfile_first(pair: Path) -> None:
    (pair / "secret.pem").write_text(KEY)
    (pair / "Dockerfile.build").write_text("FROM golang\nCOPY . .\n")
    (pair / "Dockerfile.build.dockerignore").write_text("data\n")
    ignore_file(pair).write_text("*.pem\n")
    assert found_in(pair) == [
        "Dockerfile.build:2: BPK301 secret.pem holds a private key: COPY . copies it"
    ]


def test_a_full_copy_excludes_secrets_unless_one_is_named(pair: Path) -> None:
    (pair / ".env").write_text("A=b\n")
    (pair / "a.pem").write_text(KEY)
    (pair / "Dockerfile.build").write_text("FROM golang\nCOPY . .\nCOPY .env /\n")
    write(derive(IgnoreRequest(pair)))
    lines = ignore_file(pair).read_text().splitlines()
    assert "a.pem" in lines
    assert ".git" in lines
    assert ".env" not in lines


def test_a_directory_without_a_dockerfile_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no Dockerfile"):
        derive(IgnoreRequest(tmp_path))


def test_the_command_prints_the_file_and_says_what_it_saves(
    pair: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ignore", str(pair)]) == 0
    shown = capsys.readouterr()
    assert shown.out == derive(IgnoreRequest(pair)).text
    assert "context: 1.07kB in 4 files -> 13B in 1 file" in shown.err
    assert "COPY hello doesn't exist now" in shown.err
    assert not ignore_file(pair).exists()


def test_check_ends_with_status_1_and_json_is_pure(
    pair: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ignore", "--check", "--json", str(pair)]) == 1
    data = json.loads(capsys.readouterr().out)
    assert [one["rule"] for one in data["findings"]] == ["BPK302"]
    assert main(["ignore", "--write", "--quiet", str(pair)]) == 0
    assert main(["ignore", "--check", str(pair)]) == 0


def test_json_has_sizes_and_sources(pair: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ignore", "--json", str(pair)]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["after"] == {"files": 1, "bytes": 13}
    assert data["saved_bytes"] == data["before"]["bytes"] - 13
    assert data["sources"][0]["file"] == "Dockerfile.build"
    assert data["sources"][0]["line"] == 2


def test_a_different_output_name_is_used(pair: Path) -> None:
    status = main(
        ["ignore", "-q", "-f", "Dockerfile.build", "-o", "Dockerfile.build.dockerignore", str(pair)]
    )
    assert status == 0
    assert "!hello.go" in (pair / "Dockerfile.build.dockerignore").read_text()


def dialect(one: Dialect) -> Dialect:
    return one


LOST = "*\n!**/*.py\n!Dockerfile\n"


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text("FROM a\nCOPY . /x\n")
    (tmp_path / "src" / "deep").mkdir(parents=True)
    (tmp_path / "src" / "a.py").write_text("1\n")
    (tmp_path / "src" / "deep" / "b.py").write_text("22\n")
    return tmp_path


def test_what_only_buildkit_is_sent_is_a_note_or_a_warning_by_the_builder_in_use(
    whole: Path,
) -> None:
    ignore_file(whole).write_text(LOST)
    for builder, severity in ((BUILDKIT, "note"), (UNTIL_20, "warning"), (CLASSIC, "warning")):
        (one,) = check(derive(IgnoreRequest(whole), builder=partial(dialect, builder)))
        assert (one.rule.id, one.severity, str(one.place)) == (
            "BPK304",
            severity,
            ".dockerignore:2",
        )
        assert "src/a.py and 1 more" in one.message


def test_the_builder_is_asked_only_if_it_matters(whole: Path) -> None:
    def never() -> Dialect:
        raise AssertionError

    ignore_file(whole).write_text("src/deep\n")
    derive(IgnoreRequest(whole), builder=never)
    ignore_file(whole).write_text(LOST)
    with pytest.raises(AssertionError):
        derive(IgnoreRequest(whole), builder=never)


def test_the_amounts_are_those_of_the_builder_in_use(whole: Path) -> None:
    ignore_file(whole).write_text(LOST)
    for builder, files in ((BUILDKIT, 3), (UNTIL_20, 1)):
        derivation = derive(IgnoreRequest(whole), builder=partial(dialect, builder))
        assert derivation.before.files == files


def test_each_sent_file_is_listed_with_its_instruction(whole: Path) -> None:
    ignore_file(whole).write_text("*\n!src\nsrc/deep\n")
    (one,) = listed(derive(IgnoreRequest(whole)))
    assert (one.path, one.size) == ("src/a.py", 2)
    assert one.why == "Dockerfile:2 COPY ., included by .dockerignore:2"


def test_the_classic_builder_is_sent_unused_files_too(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a\nCOPY a /\n")
    (tmp_path / "a").write_text("")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c d").write_text("")
    ignore_file(tmp_path).write_text("*\n!a\n!b/*\nb\n!**/c*\n")
    for builder, paths in ((BUILDKIT, ["a"]), (UNTIL_20, ["a", "b/c d"])):
        files = listed(derive(IgnoreRequest(tmp_path), builder=partial(dialect, builder)))
        assert [file.path for file in files] == paths
    assert prerequisites_text(files) == "a \\\nb/c\\ d\n"


@pytest.mark.parametrize(
    ("run", "files"),
    [
        ("RUN git describe --tags > /v", {}),
        ('RUN go build -ldflags "-X main.v=$(git rev-parse HEAD)"', {}),
        ("RUN cat .git/HEAD", {}),
        ("RUN go build -o /app", {"go.mod": "module x\n"}),
        ("RUN pip install .", {"pyproject.toml": 'requires = ["setuptools_scm"]\n'}),
        ("RUN cargo build", {"build.rs": "vergen::Emitter::default()\n"}),
        ("RUN make", {"Makefile": "V = $(shell git describe)\n"}),
        ("RUN make", {"Makefile": "app:\n\tgo build -o $@ ./cmd\n", "go.mod": "module x\n"}),
        ("RUN ./ci/build.sh", {"ci/build.sh": "git log -1\n"}),
        ("RUN npm run build", {"package.json": '{"scripts": {"build": "git rev-parse HEAD"}}'}),
    ],
)
def test_git_history_is_included_with_a_note_if_a_run_reads_it(
    tmp_path: Path, run: str, files: dict[str, str]
) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM a\nCOPY . /x\n{run}\n")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: x\n")
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    derivation = derive(IgnoreRequest(tmp_path))
    assert ".git" not in derivation.text.splitlines()
    assert [(w.path, w.place.line) for w in derivation.wanted] == [(".git", 3)]
    assert "Dockerfile:3: " in "\n".join(notes(derivation))
    write(derivation)
    assert found_in(tmp_path) == []


@pytest.mark.parametrize(
    "run",
    [
        "RUN rm -rf .git && make",
        "RUN git clone https://example.com/x.git",
        "RUN go build -buildvcs=false -o /app",
        "RUN npm ci",
    ],
)
def test_git_history_is_excluded_with_a_note_if_no_run_reads_it(tmp_path: Path, run: str) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM a\nCOPY . /x\n{run}\n")
    (tmp_path / "go.mod").write_text("module x\n")
    derivation = derive(IgnoreRequest(tmp_path))
    assert ".git" in derivation.text.splitlines()
    assert "excluded, because no RUN was seen to read it: .git, " in "\n".join(notes(derivation))


@pytest.mark.parametrize(
    ("run", "manifest", "text", "is_read"),
    [
        ("npm run build", "package.json", '{"dependencies": {"next": "14"}}', True),
        ("yarn build", "package.json", '{"devDependencies": {"vite": "5"}}', True),
        ("npm ci && npx astro build", "package.json", '{"dependencies": {"astro": "4"}}', True),
        ("npm run build", "package.json", '{"devDependencies": {"typescript": "5"}}', False),
        ("npm ci", "package.json", '{"dependencies": {"next": "14"}}', False),
        ("python manage.py collectstatic", "requirements.txt", "python-decouple==3\n", True),
        ("python manage.py collectstatic", "requirements.txt", "Django==5\n", False),
        ("pip install -r requirements.txt", "requirements.txt", "python-dotenv\n", False),
        ("php artisan config:cache", "composer.json", '{"laravel/framework": "11"}', True),
    ],
)
def test_an_env_file_that_a_build_reads_is_included(
    tmp_path: Path, run: str, manifest: str, text: str, is_read: bool
) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM a\nCOPY . /x\nRUN {run}\n")
    (tmp_path / ".env").write_text("A=b\n")
    (tmp_path / manifest).write_text(text)
    derivation = derive(IgnoreRequest(tmp_path))
    assert (".env" in derivation.left_out) != is_read
    assert any("may read .env" in one for one in notes(derivation)) == is_read


@pytest.mark.parametrize(
    ("run", "is_packed"), [("mvn package", True), ("./gradlew jar", True), ("make", False)]
)
def test_a_keystore_that_is_packed_into_the_program_is_let_in(
    tmp_path: Path, run: str, is_packed: bool
) -> None:
    path = tmp_path / "app" / "src" / "main" / "resources" / "keystore.p12"
    path.parent.mkdir(parents=True)
    path.write_text("x")
    (tmp_path / "Dockerfile").write_text(f"FROM a\nCOPY . /x\nRUN {run}\n")
    derivation = derive(IgnoreRequest(tmp_path))
    assert ("app/src/main/resources/keystore.p12" in derivation.left_out) != is_packed


def test_a_secret_that_a_run_names_is_included_with_a_note(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a\nCOPY . /x\nRUN cp .env.prod .env && npm ci\n")
    (tmp_path / ".env.prod").write_text("A=b\n")
    (tmp_path / ".npmrc").write_text("//x/:_authToken=abc\n")
    (tmp_path / "id.key").write_text(KEY)
    derivation = derive(IgnoreRequest(tmp_path))
    assert {w.path for w in derivation.wanted} == {".env.prod", ".npmrc"}
    assert derivation.left_out == (".git", ".dockerignore", "Dockerfile", "id.key")


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ("ARG ARCH=amd64\nCOPY build/linux-$ARCH/app /", "!build/linux-*/app"),
        ("ARG TARGETARCH\nCOPY app-$TARGETARCH /", "!app-*"),
        ("ARG DIR=src\nCOPY $DIR /", "!src"),
        ("ARG DIR=a/b\nCOPY services/$DIR /", "!services/a/b"),
    ],
)
def test_every_value_of_a_variable_is_included(tmp_path: Path, lines: str, wanted: str) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM scratch\n{lines}\n")
    assert wanted in derive(IgnoreRequest(tmp_path)).allowed.lines


def test_a_build_argument_includes_only_its_value(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\nARG V=1\nCOPY app-$V /\n")
    request = IgnoreRequest(tmp_path, build_args=(("V", "2"),))
    assert derive(request).allowed.lines == ("*", "!app-2")


def test_files_for_other_dockerfiles_stay_included(tmp_path: Path) -> None:
    ignore_file(tmp_path).write_text("*\n!app\n!KEEP.md\n")
    (tmp_path / "app.Dockerfile").write_text("FROM scratch\nCOPY app /\n")
    request = IgnoreRequest(tmp_path, ("app.Dockerfile",))
    assert derive(request).own.lines == ()
    (note,) = (one for one in notes(derive(request)) if "KEEP.md" in one)
    assert note.endswith("app.Dockerfile takes nothing there")
    (tmp_path / "web.Dockerfile").write_text("FROM scratch\nCOPY KEEP.md /\n")
    assert derive(request).own.lines == ("!KEEP.md",)


def test_a_line_of_the_user_that_keeps_the_history_out_is_named(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM alpine\nCOPY . .\nRUN git describe > version\n")
    (tmp_path / ".git").mkdir()
    ignore_file(tmp_path).write_text(".git/\n")
    (note,) = (one for one in notes(derive(IgnoreRequest(tmp_path))) if "reads git" in one)
    assert "your line '.git' excludes .git" in note
    assert "is included" not in note


def test_with_git_history_no_tracked_file_is_excluded(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM golang\nCOPY . .\nRUN go run build.go\n")
    (tmp_path / "build.go").write_text('exec.Command("git", "describe", "--dirty")\n')
    (tmp_path / ".git").mkdir()
    derivation = derive(IgnoreRequest(tmp_path))
    assert [one.path for one in derivation.wanted] == [".git"]
    assert derivation.left_out == ()


def test_the_hint_names_a_dockerfile_further_down(tmp_path: Path) -> None:
    (tmp_path / "docker").mkdir()
    (tmp_path / "docker" / "Dockerfile.app").write_text("FROM scratch\n")
    with pytest.raises(InputError) as error:
        derive(IgnoreRequest(tmp_path))
    assert error.value.hint == "name it with -f docker/Dockerfile.app"


def test_named_files_are_needed_even_beside_a_full_copy(
    tmp_path: Path,
) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a\nCOPY requirements.txt ./\nCOPY . .\n")
    (tmp_path / "requirements.txt").write_text("flask\n")
    ignore_file(tmp_path).write_text("*.txt\n")
    (finding,) = (one for one in check(derive(IgnoreRequest(tmp_path))) if "BPK303" in str(one))
    assert str(finding.place) == "Dockerfile:2"
    assert "requirements.txt is excluded by .dockerignore:1" in finding.message
