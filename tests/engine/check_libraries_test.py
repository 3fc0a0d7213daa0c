"""The closure of real programs in real images is what the loader itself lists.

glibc's tracing (which ldd uses) and musl's ``--list`` load the libraries and say where they were
found; the same programs are read out of the exported image, and both must agree, in order.
"""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import pytest

from bpkit.image.libraries.search import Closure, closure
from bpkit.image.read import read_tar
from bpkit.image.rootfs import Rootfs
from tests.engine.session import EngineSession

pytestmark = pytest.mark.slow

_LIB = (
    "echo 'int {0}(void){{return 1;}}' | gcc -xc - -xnone -shared -fPIC -o {1} -Wl,-soname,{2} {3}"
)
_MAIN = "echo 'int main(void){{return 0;}}' | gcc -xc - -xnone -o {0} -Wl,--no-as-needed {1}"

#: Programs that each need a rule of their own: which search path wins, and who hands it on.
GLIBC_CASES = (
    # An RPATH of the program is handed on to what its libraries need; a RUNPATH is not.
    _LIB.format("b", "/x/one/libb.so", "libb.so", ""),
    _LIB.format("b", "/x/two/libb.so", "libb.so", ""),
    _LIB.format("a", "/x/one/liba.so", "liba.so", "-Wl,--no-as-needed -L/x/two -lb"),
    _MAIN.format("/x/rpath", "-Wl,--disable-new-dtags,-rpath,/x/one -L/x/one -la -lb"),
    _MAIN.format("/x/runpath", "-Wl,--enable-new-dtags,-rpath,/x/one:/x/two -L/x/one -la -lb"),
    _MAIN.format(
        "/x/runpath-not-inherited",
        "-Wl,--enable-new-dtags,-rpath,/x/one -Wl,--allow-shlib-undefined -L/x/one -la",
    ),
    # A library with a RUNPATH of its own does not look at the program's RPATH.
    _LIB.format(
        "c", "/x/one/libc1.so", "libc1.so", "-Wl,--enable-new-dtags,-rpath,/x/two -L/x/two -lb"
    ),
    _MAIN.format("/x/mixed", "-Wl,--disable-new-dtags,-rpath,/x/one -L/x/one -lc1 -lb"),
    # $ORIGIN of a library is the directory that it was opened in, links and all.
    "mkdir -p /x/deep/lib /x/link && ln -s /x/deep/lib /x/link/lib",
    _LIB.format("d", "/x/deep/libd.so", "libd.so", ""),
    _LIB.format("e", "/x/deep/lib/libe.so", "libe.so", "'-Wl,-rpath,$ORIGIN/..' -L/x/deep -ld"),
    "cp /x/deep/libd.so /x/link/libd.so",
    _MAIN.format(
        "/x/origin", "'-Wl,-rpath,${ORIGIN}/link/lib' -Wl,-rpath-link,/x/deep -L/x/deep/lib -le"
    ),
    # $LIB, a path in DT_NEEDED, the same file by two names, a SONAME that serves another name.
    "mkdir -p /x/lib/x86_64-linux-gnu && cp /x/deep/libd.so /x/lib/x86_64-linux-gnu/",
    _MAIN.format("/x/dollar-lib", "'-Wl,-rpath,/x/$LIB' -L/x/deep -ld"),
    "echo 'int f;' | gcc -xc - -xnone -shared -fPIC -o /x/libnosoname.so",
    _MAIN.format("/x/by-path", "/x/libnosoname.so"),
    "ln -s libb.so /x/one/libother.so && "
    + _MAIN.format("/x/same-file", "-Wl,-rpath,/x/one -L/x/one -lother -lb"),
    # What is not there.
    _LIB.format("gone", "/x/one/libgone.so", "libgone.so", ""),
    _MAIN.format("/x/missing", "-L/x/one -lgone") + " && rm /x/one/libgone.so",
    # A file of the right name for another class is passed over.
    "mkdir /x/wrong && printf '\\177ELF\\001\\001\\001' > /x/wrong/libb.so"
    " && dd if=/dev/zero bs=256 count=1 2>/dev/null >> /x/wrong/libb.so",
    _MAIN.format("/x/other-class", "-Wl,-rpath,/x/wrong:/x/two -L/x/two -lb"),
)
GLIBC = f"""\
FROM gcc:latest
RUN mkdir -p /x/one /x/two
RUN set -ex; {"; ".join(GLIBC_CASES)}
ENTRYPOINT ["/bin/sh", "-c"]
"""

MUSL_CASES = (
    "mkdir -p /x/one /x/two /opt/m/lib /opt/m/etc /x/by-file",
    *(case.replace("gcc", "musl-gcc") for case in GLIBC_CASES[:6]),
    _LIB.replace("gcc", "musl-gcc").format("p", "/x/by-file/libp.so", "libp.so", ""),
    _MAIN.replace("gcc", "musl-gcc").format("/x/path-file", "-L/x/by-file -lp"),
)
MUSL = f"""\
FROM gcc:latest AS build
RUN apt-get update && apt-get install -y --no-install-recommends musl-tools
RUN set -ex; {"; ".join(MUSL_CASES)}
FROM alpine:latest
COPY --from=build /x /x
RUN printf '/lib\\n/x/by-file\\n' > /etc/ld-musl-x86_64.path
ENTRYPOINT ["/bin/sh", "-c"]
"""


def built(engine: EngineSession, directory: Path, name: str, text: str) -> str:
    (directory / "Dockerfile").write_text(text)
    tag = f"bpkit-test/{name}"
    engine.docker("build", "-q", "-t", tag, "--label", engine.label, str(directory))
    return tag


def exported(engine: EngineSession, image: str) -> Rootfs:
    container = engine.docker("create", "--label", engine.label, image, "x")
    command = ["docker", "export", container]
    content = subprocess.run(command, env=engine.env, check=True, stdout=subprocess.PIPE).stdout
    engine.docker("rm", container)
    return read_tar(io.BytesIO(content))


def listed(text: str) -> dict[str, dict[str, str | None]]:
    """For each program what its loader said: name of library → path, None where not found."""
    found: dict[str, dict[str, str | None]] = {}
    for line in text.splitlines():
        if program := re.fullmatch(r"== (\S+)", line):
            found[program[1]] = {}
        elif entry := re.fullmatch(r"\s+(\S+) => (?:(not found)|(\S+) \(0x\w+\))", line):
            list(found.values())[-1][entry[1]] = entry[3]
        elif entry := re.fullmatch(r"\s+(/\S+) \(0x\w+\)", line):
            list(found.values())[-1][entry[1]] = entry[1]
        elif entry := re.fullmatch(r"Error loading shared library (\S+): .*", line):
            list(found.values())[-1][entry[1]] = None
    return found


def told(found: Closure) -> dict[str, str | None]:
    missing = dict.fromkeys(m.name for m in found.missing)
    return {library.name: library.path for library in found.libraries} | missing


def run_listing(
    engine: EngineSession, image: str, lister: str, programs: str, *variables: str
) -> dict[str, dict[str, str | None]]:
    settings = [f"--env={variable}" for variable in variables]
    script = f'for p in {programs}; do echo "== $p"; {lister} "$p" 2>&1; done; true'
    text = engine.docker("run", "--rm", "--label", engine.label, *settings, image, script)
    return listed(text)


@pytest.mark.parametrize("path", [None, "/x/two", "/x/none:/x/two;/x/one"])
def test_glibc_programs_get_the_libraries_that_their_loader_lists(
    engine: EngineSession, tmp_path: Path, path: str | None
) -> None:
    image = built(engine, tmp_path, "closure-glibc", GLIBC)
    rootfs = exported(engine, image)
    loader = "/lib64/ld-linux-x86-64.so.2"
    variables = [f"LD_LIBRARY_PATH={path}"] if path else []
    programs = "$(find /x -type f ! -name '*.so') /usr/bin/ld.bfd /usr/bin/c++ /usr/bin/perl"
    lister = f"LD_TRACE_LOADED_OBJECTS=1 {loader}"
    expected = run_listing(engine, image, lister, programs, *variables)
    assert len(expected) > 10
    for program, libraries in expected.items():
        libraries.pop(loader, None)
        real = rootfs.real_path(program)
        found = closure(rootfs, real, {"LD_LIBRARY_PATH": path} if path else {})
        assert (program, told(found)) == (program, libraries)


def test_every_program_of_an_image_gets_the_libraries_that_its_loader_lists(
    engine: EngineSession,
) -> None:
    rootfs = exported(engine, "gcc:latest")
    loader = "/lib64/ld-linux-x86-64.so.2"
    script = (
        'for p in /usr/bin/* /usr/sbin/* /usr/libexec/gcc/*/*/*; do [ -L "$p" ] && continue;'
        f' {loader} --verify "$p" >/dev/null 2>&1 || continue; echo "== $p";'
        f' {loader} --list "$p" 2>&1; done; true'
    )
    text = engine.docker(
        *("run", "--rm", "--label", engine.label), "--entrypoint=sh", "gcc:latest", "-c", script
    )
    expected = listed(text)
    assert len(expected) > 300
    for program, libraries in expected.items():
        libraries.pop(loader, None)
        found = closure(rootfs, program)
        assert (program, told(found)) == (program, libraries)
        assert found.complete


@pytest.mark.parametrize("path", [None, "/x/two"])
def test_musl_programs_get_the_libraries_that_their_loader_lists(
    engine: EngineSession, tmp_path: Path, path: str | None
) -> None:
    image = built(engine, tmp_path, "closure-musl", MUSL)
    rootfs = exported(engine, image)
    variables = [f"LD_LIBRARY_PATH={path}"] if path else []
    loader = "/lib/ld-musl-x86_64.so.1"
    programs = "$(find /x -type f ! -name '*.so')"
    expected = run_listing(engine, image, f"{loader} --list", programs, *variables)
    assert len(expected) == 4
    for program, libraries in expected.items():
        itself = {loader, "libc.so"}
        found = closure(rootfs, program, {"LD_LIBRARY_PATH": path} if path else {})
        theirs = {name: at for name, at in libraries.items() if name not in itself}
        assert (program, told(found)) == (program, theirs)
        assert found.kind == "musl"
