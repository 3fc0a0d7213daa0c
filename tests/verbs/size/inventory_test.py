"""What strip would take of a binary is told by its section headers, and never more than that."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from bpkit.verbs.size.inventory import ElfScan

#: Type, flags, and size of a section's content.
Section = tuple[int, int, int]
PROGBITS, SYMTAB, STRTAB, NOBITS = 1, 2, 3, 8
ALLOC = 2
CODE: Section = (PROGBITS, ALLOC, 1000)
BSS: Section = (NOBITS, ALLOC, 5000)
SYMBOLS: Section = (SYMTAB, 0, 700)
NAMES: Section = (STRTAB, 0, 50)


def elf(*sections: Section, kind: int = 3) -> bytes:
    """An ELF file for x86-64; the last section has the names of all."""
    content, headers = bytearray(64), bytearray(64)
    for what, flags, size in sections:
        headers += struct.pack("<IIQQQQIIQQ", 0, what, flags, 0, len(content), size, 0, 0, 1, 0)
        content += bytes(0 if what == NOBITS else size)
    ident = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    content[:64] = ident + struct.pack(
        "<HHIQQQIHHHHHH", kind, 62, 1, 0, 0, len(content), 0, 64, 0, 0, 64, len(sections) + 1,
        len(sections),
    )  # fmt: skip
    return bytes(content + headers)


def unloaded(data: bytes) -> int:
    return ElfScan(data, len(data)).unloaded()


def test_symbols_count_with_their_row_in_the_table() -> None:
    assert unloaded(elf(CODE, BSS, NAMES)) == 0
    assert unloaded(elf(CODE, BSS, SYMBOLS, NAMES)) == 700 + 64


def test_a_stripped_program_has_nothing_to_strip() -> None:
    """Notes for tracers, and the link to its debug information."""
    note: Section = (7, 0, 3000)
    assert unloaded(elf(CODE, (PROGBITS, 0, 52), note, NAMES)) == 0
    assert unloaded(elf(CODE, note, SYMBOLS, NAMES)) == 700 + 64


def test_an_object_file_needs_its_symbols() -> None:
    assert unloaded(elf(CODE, SYMBOLS, NAMES, kind=1)) == 0


def test_symbols_before_the_loaded_part_stay() -> None:
    """patchelf puts parts of a library behind its symbols; strip has broken such libraries."""
    assert unloaded(elf(CODE, SYMBOLS, CODE, NAMES)) <= 64


def test_data_appended_to_a_program_is_not_counted_for_strip() -> None:
    assert unloaded(elf(CODE, SYMBOLS, NAMES) + bytes(9000)) == 0


@pytest.mark.skipif(not (shutil.which("gcc") and shutil.which("strip")), reason="no compiler")
def test_strip_removes_the_predicted_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text("int main(void) { return 0; }\n")
    subprocess.run(["gcc", "-g3", "-o", "a", "a.c"], cwd=tmp_path, check=True)
    subprocess.run(["strip", "--strip-unneeded", "-o", "b", "a"], cwd=tmp_path, check=True)
    whole = (tmp_path / "a").read_bytes()
    saved = len(whole) - (tmp_path / "b").stat().st_size
    assert abs(unloaded(whole) - saved) < 0.05 * saved
    assert unloaded((tmp_path / "b").read_bytes()) == 0
