"""The ELF reader against pyelftools, gcc, and files that mean harm."""

from __future__ import annotations

import contextlib
import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.formats.elf.clues import find_clues
from bpkit.formats.elf.read import ElfError, imported_symbols, read_elf
from tests.examples import examples

REAL = Path(sys.executable).resolve().read_bytes()[: 32 << 20]
needs_gcc = pytest.mark.skipif(not shutil.which("gcc"), reason="needs gcc")


def compiled(directory: Path, source: str, *flags: str) -> Path:
    program = directory / "program"
    command = ["gcc", "-x", "c", "-", "-o", str(program), *flags]
    subprocess.run(command, input=source.encode(), check=True)
    return program


def machine_libraries() -> list[Path]:
    found = [p for d in ("/usr/lib/x86_64-linux-gnu", "/lib") for p in Path(d).glob("lib*.so.*")]
    return sorted({p.resolve() for p in found if p.is_file()})[:150]


def test_its_facts_of_the_machines_own_libraries_are_those_of_pyelftools() -> None:
    elffile = pytest.importorskip("elftools.elf.elffile")
    libraries = [p for p in machine_libraries() if p.read_bytes()[:4] == b"\x7fELF"]
    if not libraries:
        pytest.skip("this machine keeps its libraries elsewhere")
    for path in libraries:
        content = path.read_bytes()
        elf = read_elf(content)
        theirs = elffile.ELFFile(io.BytesIO(content))
        tags = list(theirs.get_section_by_name(".dynamic").iter_tags())
        needed = tuple(t.needed for t in tags if t.entry.d_tag == "DT_NEEDED")
        soname = [t.soname for t in tags if t.entry.d_tag == "DT_SONAME"]
        assert (path, elf.needed) == (path, needed)
        assert [elf.soname] == (soname or [None])
        needs = theirs.get_section_by_name(".gnu.version_r")
        if needs:
            expected = {(n.name, a.name) for n, aux in needs.iter_versions() for a in aux}
            found = {(need.library, v) for need in elf.version_needs for v in need.versions}
            assert found <= expected
            assert expected - found == weak(needs)
        defined = theirs.get_section_by_name(".gnu.version_d")
        if defined:
            names = [next(iter(aux)).name for _, aux in defined.iter_versions()]
            assert elf.version_definitions == set(names[1:])


def weak(needs: object) -> set[tuple[str, str]]:
    return {
        (need.name, aux.name)
        for need, auxiliaries in needs.iter_versions()  # type: ignore[attr-defined]
        for aux in auxiliaries
        if aux.entry.vna_flags & 2
    }


@needs_gcc
def test_a_dynamic_program_names_its_loader_its_libraries_and_where_to_look(tmp_path: Path) -> None:
    flags = ["-Wl,--no-as-needed", "-lm", "-Wl,--enable-new-dtags,-rpath,$ORIGIN/../lib:/opt/lib"]
    elf = read_elf(compiled(tmp_path, "int main(){return 0;}", *flags).read_bytes())
    assert elf.linkage == "dynamic"
    assert elf.needed == ("libm.so.6", "libc.so.6")
    assert (elf.rpath, elf.runpath) == (None, "$ORIGIN/../lib:/opt/lib")
    assert elf.interpreter is not None
    assert "ld-linux" in elf.interpreter


@needs_gcc
def test_the_old_rpath_is_distinguished_from_runpath(tmp_path: Path) -> None:
    flags = ["-Wl,--disable-new-dtags,-rpath,/opt/lib"]
    elf = read_elf(compiled(tmp_path, "int main(){return 0;}", *flags).read_bytes())
    assert (elf.rpath, elf.runpath) == ("/opt/lib", None)


@needs_gcc
@pytest.mark.parametrize(
    ("flag", "linkage"),
    [("-static", "static"), ("-static-pie", "static-pie"), ("-shared", "library")],
)
def test_the_linkage_is_reported(tmp_path: Path, flag: str, linkage: str) -> None:
    elf = read_elf(compiled(tmp_path, "int main(){return 0;}", flag, "-fPIC").read_bytes())
    assert elf.linkage == linkage
    assert elf.interpreter is None


@needs_gcc
def test_functions_and_texts_of_a_program_are_clues(tmp_path: Path) -> None:
    source = """
    #include <dlfcn.h>
    #include <pwd.h>
    #include <stdio.h>
    int main(void) {
        puts("/etc/ssl/certs/ca-certificates.crt");
        return dlopen("libplugin.so.3", 1) != 0 || getpwnam("root") == 0;
    }"""
    content = compiled(tmp_path, source).read_bytes()
    clues = find_clues(content)
    assert (clues.tls_roots, clues.zoneinfo, clues.accounts) == (True, False, True)
    assert clues.opens == ("libplugin.so.3",)
    assert {"dlopen", "getpwnam", "puts"} <= imported_symbols(content)


@pytest.mark.parametrize("content", [b"", b"\x7fELF", b"#!/bin/sh\n", b"\x7fELF" + b"\xff" * 60])
def test_what_is_not_an_elf_file_is_refused(content: bytes) -> None:
    with pytest.raises(ElfError):
        read_elf(content)


@examples(400)
@given(st.lists(st.tuples(st.integers(0, 8191), st.binary(min_size=1, max_size=9)), max_size=12))
def test_a_mutilated_file_raises_nothing_but_elf_error(wounds: list[tuple[int, bytes]]) -> None:
    content = bytearray(REAL)
    dynamic = content.find(b"\x01\0\0\0\0\0\0\0", len(content) // 2)
    for at, wound in wounds:
        # Half of the wounds go into the headers, half where the dynamic section may be.
        start = at if at % 2 else max(0, dynamic + at - 4096)
        content[start : start + len(wound)] = wound
    for reading in (read_elf, imported_symbols):
        with contextlib.suppress(ElfError):
            reading(content)


@examples(200)
@given(st.integers(0, len(REAL)))
def test_a_file_cut_short_raises_nothing_but_elf_error(length: int) -> None:
    for reading in (read_elf, imported_symbols):
        with contextlib.suppress(ElfError):
            reading(REAL[:length])


@given(st.binary(max_size=300))
def test_random_bytes_after_the_magic_raise_nothing_but_elf_error(tail: bytes) -> None:
    with pytest.raises(ElfError) if len(tail) < 48 else _Anything():
        read_elf(b"\x7fELF\x02\x01\x01" + tail)


class _Anything:
    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        return kind is None or issubclass(kind, ElfError)


def test_where_the_loaded_part_and_the_sections_end_is_that_of_the_linker(tmp_path: Path) -> None:
    if shutil.which("gcc") is None or shutil.which("strip") is None:
        pytest.skip("there is no gcc")
    source = tmp_path / "a.c"
    source.write_text("int main(void) { return 0; }\n")
    subprocess.run(["gcc", "-g3", "-o", tmp_path / "a", source], check=True)
    data = (tmp_path / "a").read_bytes()
    elf = read_elf(data)
    assert elf.sections_end == len(data)
    subprocess.run(["strip", tmp_path / "a"], check=True)
    stripped = (tmp_path / "a").read_bytes()
    # What strip takes is behind what is loaded.
    assert read_elf(stripped).loaded_end == elf.loaded_end < len(stripped) < len(data)
    assert read_elf(data + b"more").sections_end == len(data)
