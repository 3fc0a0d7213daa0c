"""An image of a gigabyte and 60,000 files is read in less than 100 MB."""

from __future__ import annotations

import subprocess
import sys

import pytest

#: Run in a process of its own; its highest memory in kilobytes. (ru_maxrss would not do: exec
#: keeps what the process that forked had.)
PROBE = """
import re, sys, tarfile
from pathlib import Path
from bpkit.image.read import read_tar

program = Path(sys.executable).resolve().read_bytes()[: 8 << 20]
zeros = bytes(1 << 20)

def members():
    for number in range(60_000):
        info = tarfile.TarInfo(f"usr/lib/some/package/of/length/{number}/file.txt")
        yield info.tobuf(tarfile.GNU_FORMAT)
    for number in range(25):
        info = tarfile.TarInfo(f"usr/bin/program-{number}")
        info.mode, info.size = 0o755, len(program) + 32 * len(zeros)
        yield info.tobuf(tarfile.GNU_FORMAT)
        yield program
        for _ in range(32):
            yield zeros
        yield bytes(-info.size % 512)
    yield bytes(1024)

class Stream:
    def __init__(self):
        self.parts, self.part = members(), memoryview(b"")

    def readinto(self, buffer):
        if not self.part:
            self.part = memoryview(next(self.parts, b""))
        taken = self.part[: len(buffer)]
        buffer[: len(taken)] = taken
        self.part = self.part[len(taken) :]
        return len(taken)

    def read(self, size):
        block = bytearray(size)
        return bytes(block[: self.readinto(memoryview(block))])

rootfs = read_tar(Stream(), look_into=lambda path: path.endswith("-7"))
assert len(rootfs.nodes) > 60_000
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.slow
def test_a_gigabyte_takes_less_than_a_hundred_megabytes() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, check=True, text=True)
    assert int(done.stdout) < 100_000
