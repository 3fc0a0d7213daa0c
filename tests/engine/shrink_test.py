"""``bpkit shrink`` on real engines: what it writes is built, run, and held against the estimate."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from bpkit.image.rootfs import Rootfs
from bpkit.image.selection import is_engines
from tests.engine.shrinker import Shrinker
from tests.places import ROOT

CASES = ROOT / "tests/data/shrink"

pytestmark = pytest.mark.slow

#: A program with a library of its own below two links, and much that it does not need.
OWN_LIBRARY = """\
FROM gcc:latest
WORKDIR /src
RUN echo 'int seven(void) { return 7; }' > seven.c \\
 && echo 'int seven(void); int main(void) { return seven(); }' > main.c \\
 && mkdir -p /opt/own/lib \\
 && gcc -shared -fPIC -Wl,-soname,libseven.so.1 -o /opt/own/lib/libseven.so.1.2.3 seven.c \\
 && ln -s libseven.so.1.2.3 /opt/own/lib/libseven.so.1 \\
 && ln -s libseven.so.1 /opt/own/lib/libseven.so \\
 && gcc -o /usr/local/bin/seven main.c -L/opt/own/lib -lseven -Wl,-rpath,/opt/own/lib \\
 && mkdir -p /data/deep && echo seed > /data/deep/seed && ln -s deep/seed /data/link \\
 && ln /data/deep/seed /data/hard && chmod 750 /data && useradd -u 4321 app && chown app /data
ENV MODE="fast mode" COST=$5
LABEL org.example.title="seven"
EXPOSE 8080 53/udp
VOLUME /data
STOPSIGNAL SIGINT
HEALTHCHECK --interval=9s --retries=2 CMD ["seven"]
USER app
ENTRYPOINT exec seven
"""


def described(image: Rootfs) -> dict[str, tuple[object, ...]]:
    """All that the estimate says of each path; sizes of directories are the file system's."""
    return {
        path: (node.kind, node.mode, node.uid, node.gid, node.size, node.target)
        for path, node in image.nodes.items()
        if path != "/" and not is_engines(path) and path != "/etc"
    }


def test_the_new_image_has_exactly_the_chosen_files_and_behaves_as_before(
    shrinker: Shrinker,
) -> None:
    shrinker.write(OWN_LIBRARY)
    shrinker.shrink()
    old, new = shrinker.build("Dockerfile"), shrinker.build("Dockerfile.shrunk")
    before, after = shrinker.files(old), shrinker.files(new)
    assert shrinker.status(new) == 7
    for path, facts in described(after).items():
        assert facts == described(before)[path], path
    assert {
        "/opt/own/lib/libseven.so",
        "/usr/local/bin/seven",
        "/opt/own/lib/libseven.so.1",
        "/opt/own/lib/libseven.so.1.2.3",
        "/data/link",
        "/data/hard",
        "/lib64",
    } <= after.nodes.keys()
    assert not {"/usr/bin/gcc", "/src/main.c"} & after.nodes.keys()
    config, other = shrinker.config(new), shrinker.config(old)
    for key in ("ExposedPorts", "Volumes", "StopSignal", "Healthcheck"):
        assert config[key] == other[key], key
    assert sorted(config["Env"]) == sorted(other["Env"])
    assert config["User"] == "4321:4321"
    assert config["Entrypoint"] == ["seven"]
    assert config["Labels"]["org.example.title"] == "seven"


def test_the_original_stages_are_unchanged(shrinker: Shrinker) -> None:
    shrinker.write(OWN_LIBRARY)
    shrinker.shrink()
    text = (shrinker.directory / "Dockerfile.shrunk").read_text()
    seal, _, rest = text.partition("\n")
    assert seal.startswith("# Made by bpkit shrink [")
    assert rest.startswith(OWN_LIBRARY.replace("gcc:latest", "gcc:latest AS build", 1))
    assert (shrinker.directory / "Dockerfile").read_text() == OWN_LIBRARY
    assert sorted(p.name for p in shrinker.directory.iterdir()) == [
        "Dockerfile",
        "Dockerfile.shrunk",
    ]


#: Opens a file whose path is put together, and says so where it can't; names another that it opens
#: only if it is asked for.
HIDDEN = """\
FROM gcc:latest
RUN printf '%s\\n' '#include <stdio.h>' 'int main(int n, char **a) {' \\
    '  char path[99], line[99] = ""; if (n < 2) return puts("usage") < 0;' \\
    '  if (n > 4) return puts("/etc/host.conf") < 0;' \\
    '  sprintf(path, "/%s/%s", "etc", a[1]); FILE *f = fopen(path, "r");' \\
    '  if (!f) return fprintf(stderr, "cannot open %s\\n", path) > 0 ? 2 : 3;' \\
    '  fgets(line, 99, f); return fputs(line, stdout) < 0; }' \\
    > /tool.c && gcc -o /usr/bin/tool /tool.c
ENTRYPOINT ["tool"]
"""


def test_a_traced_probe_finds_files_that_the_analysis_misses(shrinker: Shrinker) -> None:
    shrinker.write(HIDDEN)
    said = shrinker.shrink("--probe", "debian_version")
    assert said["traced"]
    image = shrinker.build("Dockerfile.shrunk")
    assert "/etc/debian_version" in shrinker.files(image).nodes
    assert shrinker.engine.docker("run", "--rm", image, "debian_version").startswith("12")


def test_the_report_claims_nothing_that_was_not_probed(shrinker: Shrinker) -> None:
    shrinker.write(HIDDEN)
    done = shrinker.run()
    assert done.returncode == 0, done.stderr
    assert "no request was made: pass --probe or --probe-http" in done.stdout
    assert "/etc/debian_version" not in shrinker.files(shrinker.build("Dockerfile.shrunk")).nodes


#: A static program whose symbols are larger than what it does.
WITH_SYMBOLS = """\
FROM gcc:latest
RUN echo 'int main(void) { puts("till"); return 0; }' \\
 | gcc -g3 -static -include stdio.h -x c - -o /usr/local/bin/till
ENTRYPOINT ["till"]
"""


def test_symbols_are_reported_and_removed_with_strip(shrinker: Shrinker) -> None:
    shrinker.write(WITH_SYMBOLS)
    plain = shrinker.shrink()
    assert any("pass --strip" in note for note in plain["notes"])
    stripped = shrinker.shrink("--strip")
    assert any(
        note.startswith("stripped symbols from /usr/local/bin/till") for note in stripped["notes"]
    )
    assert stripped["after"] < plain["after"] - 50_000
    image = shrinker.build("Dockerfile.shrunk")
    assert shrinker.engine.docker("run", "--rm", image) == "till"


#: Its entry script starts what it is given.
OPEN_ENDED = """\
FROM debian:bookworm-slim
RUN printf '#!/bin/sh\\nexec "$@"\\n' > /entry && chmod 755 /entry
ENTRYPOINT ["/entry"]
CMD ["uname"]
"""


def test_the_report_says_that_other_commands_were_not_tried(shrinker: Shrinker) -> None:
    shrinker.write(OPEN_ENDED)
    said = shrinker.shrink()
    assert said["claim"].endswith("commands other than the image's own were not tried")
    assert any("starts any command" in hint for hint in said["hints"])


def test_a_probe_with_a_different_answer_refuses_the_image(shrinker: Shrinker) -> None:
    shrinker.write(HIDDEN)
    said = shrinker.shrink("--no-trace", "--probe", "debian_version", status=1)
    assert said["refused"].startswith("debian_version: state: it ends with status 0")
    started, asked = said["probes"]
    assert started["same"]
    assert asked["old"]["output"].startswith("12")
    assert asked["new"]["status"] == 2
    assert "/etc/debian_version" in said["proposals"]
    assert not (shrinker.directory / "Dockerfile.shrunk").exists()


def test_requested_files_are_kept_with_accept(
    shrinker: Shrinker,
) -> None:
    shrinker.write(HIDDEN)
    said = shrinker.shrink("--no-trace", "--accept", "--probe", "debian_version")
    assert [p["same"] for p in said["probes"]] == [True, True]
    assert "/etc/debian_version" in shrinker.files(shrinker.build("Dockerfile.shrunk")).nodes


def test_keep_adds_a_file_that_the_choice_missed(shrinker: Shrinker) -> None:
    shrinker.write(HIDDEN, bpkit__toml='keep = ["/etc/debian_v*"]\nprobe = ["gone"]\n')
    said = shrinker.shrink("--no-trace", "-o", "Small", "--probe", "debian_version")
    assert [p["same"] for p in said["probes"]] == [True, True]
    image = shrinker.build("Small")
    assert shrinker.engine.docker("run", "--rm", image, "debian_version").startswith("12")


def test_a_file_that_only_a_text_names_is_reported(shrinker: Shrinker) -> None:
    shrinker.write(HIDDEN)
    said = shrinker.shrink()
    assert said["hints"] == [
        "the program names /etc/host.conf, which is not kept: pass --keep /etc/host.conf"
    ]


def test_a_probe_that_never_ran_is_an_error_of_the_probe(shrinker: Shrinker) -> None:
    shrinker.write('FROM debian:bookworm-slim\nCMD ["cat", "/etc/debian_version"]\n')
    done = shrinker.run("--probe", "--version")
    assert done.returncode == 2
    assert "the probe '--version' never ran" in done.stderr
    assert not (shrinker.directory / "Dockerfile.shrunk").exists()


PLUGINS = """\
FROM gcc:latest
WORKDIR /src
RUN printf '%s\\n' '#include <stdio.h>' '#include <dlfcn.h>' 'int main(int n, char **a) {' \\
    '  char b[99]; sprintf(b, "/%s/host/%s.so", "opt", n > 1 ? a[1] : "red");' \\
    '  void *h = dlopen(b, RTLD_NOW); if (!h) return 4;' \\
    '  return puts(((const char *(*)(void)) dlsym(h, "name"))()) < 0; }' > host.c \\
 && echo 'const char *name(void) { return NAME; }' > plug.c \\
 && gcc -o /usr/local/bin/host host.c -ldl && mkdir -p /opt/host \\
 && for p in red blue; do gcc -shared -fPIC -DNAME="\\"$p\\"" -o /opt/host/$p.so plug.c; done
CMD ["host"]
"""


def test_a_plugin_that_no_run_opened_is_kept_with_the_application(shrinker: Shrinker) -> None:
    shrinker.write(PLUGINS)
    said = shrinker.shrink()
    image = shrinker.build("Dockerfile.shrunk")
    for name in ("red", "blue"):
        assert shrinker.engine.docker("run", "--rm", image, "host", name) == name
    assert [one["path"] for one in said["left"]] == ["/src"]


SERVICE = """\
FROM debian:bookworm-slim
RUN printf '%s\\n' '#!/bin/sh' 'set -e' 'cd "$(dirname "$0")"' \\
    '. ./functions' 'for part in conf.d/*; do . "$part"; done' \\
    'if [ "$1" = user ]; then exec su nobody -s /bin/sh -c "id -un"; fi' 'say "$@"' \\
    > /start && chmod +x /start \\
 && mkdir -p /opt/conf.d && echo 'say() { echo "$PREFIX $*" | tr a-z A-Z; }' > /opt/functions \\
 && echo 'PREFIX=$(echo olleh | rev)' > /opt/conf.d/10 && mv /start /opt/start
ENTRYPOINT ["/opt/start"]
CMD ["world"]
"""


def test_branches_of_a_script_that_no_run_took_still_work(shrinker: Shrinker) -> None:
    shrinker.write(SERVICE)
    shrinker.shrink("-o", "Watched")
    shrinker.shrink("--no-trace", "-o", "Read")
    for file in ("Watched", "Read"):
        image = shrinker.build(file)
        assert shrinker.engine.docker("run", "--rm", image) == "HELLO WORLD"
        assert shrinker.engine.docker("run", "--rm", image, "user") == "nobody"


def test_only_files_that_the_base_lacks_are_added(shrinker: Shrinker) -> None:
    shrinker.write(OWN_LIBRARY)
    shrinker.shrink("--base", "debian:bookworm-slim", "-o", "OnDebian")
    shrinker.shrink("--base", "alpine", "-o", "OnAlpine")
    debian, alpine = shrinker.build("OnDebian"), shrinker.build("OnAlpine")
    assert shrinker.status(debian) == shrinker.status(alpine) == 7
    text = (shrinker.directory / "OnDebian").read_text()
    assert "libc.so.6" not in text
    assert "opt/own/lib" in text
    assert "libc.so.6" in (shrinker.directory / "OnAlpine").read_text()


def test_a_library_that_only_the_cache_lists_is_found_in_the_new_image(
    shrinker: Shrinker,
) -> None:
    cached = OWN_LIBRARY.replace(" -Wl,-rpath,/opt/own/lib", "").replace(
        "VOLUME", "RUN echo /opt/own/lib > /etc/ld.so.conf.d/own.conf && ldconfig\nVOLUME"
    )
    shrinker.write(cached)
    shrinker.shrink()
    image = shrinker.build("Dockerfile.shrunk")
    assert shrinker.status(image) == 7
    assert "/etc/ld.so.cache" in shrinker.files(image).nodes


def test_a_file_of_the_users_is_not_replaced(shrinker: Shrinker) -> None:
    shrinker.write(OWN_LIBRARY, Small="FROM scratch\n")
    done = shrinker.run("-o", "Small")
    assert done.returncode == 2
    assert "not written by bpkit, or changed since" in done.stderr
    assert (shrinker.directory / "Small").read_text() == "FROM scratch\n"


def test_the_estimate_builds_nothing_and_has_the_same_size(shrinker: Shrinker) -> None:
    shrinker.write(OWN_LIBRARY)
    image = shrinker.build("Dockerfile")
    said = shrinker.shrink("--no-build", "-t", image)
    built = shrinker.shrink("--no-try")
    assert said["built"] is False
    assert said["dockerfile"] == built["dockerfile"].partition("\n")[2]
    # One engine counts a hard link's file twice, one the targets of links: some dozen bytes.
    assert abs(said["after"] - built["after"]) < 200


def test_a_saved_image_is_estimated_as_the_engines_own_is(shrinker: Shrinker) -> None:
    shrinker.write(OWN_LIBRARY)
    image = shrinker.build("Dockerfile")
    path = shrinker.directory.parent / f"{shrinker.directory.name}.tar"
    shrinker.engine.docker("save", "-o", str(path), image)
    live = shrinker.shrink("--no-build", "--image", image)
    saved = shrinker.shrink("--no-build", "--image", str(path))
    assert saved["dockerfile"] == live["dockerfile"]
    assert saved["after"] == live["after"]
    assert saved["parts"] == live["parts"]


def test_the_pair_of_the_lab_becomes_one_file_with_nothing_but_the_program(
    shrinker: Shrinker,
) -> None:
    for file in (ROOT / "examples/builder-pattern").iterdir():
        if file.is_file():
            (shrinker.directory / file.name).write_bytes(file.read_bytes())
    said = shrinker.shrink()
    image = shrinker.build("Dockerfile.shrunk")
    assert shrinker.engine.docker("run", "--rm", image) == "Hello Go, my name is Charles"
    assert [path for path, node in shrinker.files(image).nodes.items() if node.elf] == [
        "/myapp/hellogo"
    ]
    assert said["after"] < said["before"] / 2


def test_a_stage_without_a_shell_is_gathered_in_an_earlier_stage(shrinker: Shrinker) -> None:
    shrinker.write(
        OWN_LIBRARY.replace("ENTRYPOINT exec seven\n", "").replace(
            "FROM gcc:latest", "FROM gcc:latest AS make"
        )
        + 'FROM scratch\nCOPY --from=make / /\nRUN ["/bin/rm", "/bin/sh", "/bin/dash"]\n'
        'ENTRYPOINT ["/usr/local/bin/seven"]\n'
    )
    shrinker.shrink()
    assert "COPY --from=full / /image/" in (shrinker.directory / "Dockerfile.shrunk").read_text()
    assert shrinker.status(shrinker.build("Dockerfile.shrunk")) == 7


def test_a_signal_during_a_probe_leaves_no_container_and_no_name(shrinker: Shrinker) -> None:
    shrinker.write('FROM debian:bookworm-slim\nENTRYPOINT ["sleep"]\n')
    label = ("--filter", f"label=io.bpkit.project={shrinker.project}")
    words = ("shrink", "--quiet", "--name", shrinker.project, "--probe", "300")
    process = subprocess.Popen(
        [sys.executable, "-m", "bpkit", *words],
        cwd=shrinker.directory,
        env={**shrinker.engine.env, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
    )
    end = time.monotonic() + 120
    while not shrinker.engine.docker("ps", "-q", *label):
        assert time.monotonic() < end
        assert process.poll() is None
        time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert shrinker.engine.docker("ps", "-aq", *label) == ""
    names = shrinker.engine.docker("images", "--format", "{{.Repository}}", *label).split()
    assert [name for name in names if name != "<none>"] == []
    assert not (shrinker.directory / "Dockerfile.shrunk").exists()


def test_every_route_of_the_flask_service_works(shrinker: Shrinker) -> None:
    for file in (CASES / "flask").rglob("*"):
        target = shrinker.directory / file.relative_to(CASES / "flask")
        if file.is_dir():
            target.mkdir()
        else:
            target.write_bytes(file.read_bytes())
    routes = ("/", "/hash", "/db", "/encoded", "/feed", "/zip", "/tls", "/wrong", "/nothing")
    words = [word for route in routes for word in ("--probe-http", route)]
    said = shrinker.shrink("-f", "Dockerfile", *words)
    assert [(p["same"], p["requests"]) for p in said["probes"]] == [(True, len(routes))]
    new = shrinker.files(shrinker.build("Dockerfile.shrunk"))
    assert not [path for path in new.nodes if "/pip" in path or path.endswith((".pyc", "/apt-get"))]


def test_the_same_dockerfile_works_on_a_base_with_a_newer_python(
    shrinker: Shrinker,
) -> None:
    tag = "bpkit-test/till-python:latest"

    def make_base(change: str) -> None:
        shrinker.write(f"FROM python:latest\nRUN {change}\n")
        where = ("--label", shrinker.engine.label, str(shrinker.directory))
        shrinker.engine.docker("build", "-q", "-t", tag, *where)

    make_base("true")
    shrinker.write(
        f'FROM {tag}\nCOPY day.py /srv/day.py\nCMD ["python3", "/srv/day.py"]\n',
        day__py="import datetime\nprint(datetime.date(2026, 1, 2))\n",
    )
    shrinker.shrink()
    assert "bdb.py" in (shrinker.directory / "Dockerfile.shrunk").read_text()
    same = shrinker.build("Dockerfile.shrunk")
    assert "/usr/lib/python3.11/bdb.py" not in shrinker.files(same).nodes
    # A module of the later version imports another that the former did without.
    make_base("echo import bdb >> $(python3 -c 'import datetime; print(datetime.__file__)')")
    later = shrinker.build("Dockerfile.shrunk")
    assert shrinker.engine.docker("run", "--rm", later) == "2026-01-02"
