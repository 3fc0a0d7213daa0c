"""Predict which of an image's files will be needed, while they stream by, to read each only once.

``docker export`` streams an image once; reading one of its files again takes another engine
command, and some of these files are large. The configuration predicts most of the files: the
program by its name, the parts of an interpreter, the sources of an application. A wrong guess only
costs time: a file that wasn't predicted is fetched later, and one that was predicted wrongly isn't
used.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache

from bpkit.image import Evidence, ImageConfig, Node, interpreter_of, join, read_program
from bpkit.languages import LANGUAGES, SHARED, Language, ModuleFiles, bare_name, imports_of

#: The texts in larger programs aren't read.
MOST_BYTES = 96 << 20
MOST_MODULE = 32 << 20

_WORD = re.compile(r"[\w.+/-]+")
#: Names of interpreters other than those in a shebang line, and programs that look them up.
_ALWAYS = frozenset({"env", "dash", "busybox"})
#: Directories that aren't the application's; in them, only a language's own places are read.
_OF_SYSTEM = ("/usr/", "/lib/", "/lib64/", "/bin/", "/sbin/", "/etc/", "/var/", "/opt/", "/root/")


class Foresight:
    """A witness of an image's export that keeps the evidence which will be needed."""

    def __init__(self, config: ImageConfig) -> None:
        self.programs: dict[str, Evidence] = {}
        self.modules: dict[str, Evidence] = {}
        workdir = join(config.workdir)
        self._workdir = f"{workdir}/" if workdir not in SHARED.split() else ""
        words = _WORD.findall(" ".join((*config.argv, *config.healthcheck)))
        self._names = {bare_name(word) for word in words} | _ALWAYS
        named = (posixpath.dirname(_absolute(word, workdir)) for word in words if "/" in word)
        self._directories = {workdir, *config.process_env["PATH"].split(":"), *named}
        #: The languages with modules that the image is known to use.
        self._used = {
            one.name
            for one, files in _with_modules()
            if files.variable and any(name.startswith(files.variable) for name in config.env)
        }
        self._expect(self._names)

    def wants(self, node: Node) -> int:
        """The number of bytes of the file that will be needed; see ``Witness``."""
        if self._is_program(node):
            return MOST_BYTES if node.size <= MOST_BYTES else 0
        return MOST_MODULE if self._is_module(node.path) else 0

    def sees(self, node: Node, content: memoryview) -> None:
        """Keep the evidence of a wanted file."""
        whole = bytes(content)
        if self._is_program(node):
            self.programs[node.path] = read_program(whole)
            if whole.startswith(b"#!"):
                line = whole[2:].split(b"\n", 1)[0].decode("utf-8", "surrogateescape")
                self._expect({bare_name(word) for word in " ".join(interpreter_of(line)).split()})
        if self._is_module(node.path):
            self.modules[node.path] = Evidence(imports=imports_of(node.path, whole))

    def sees_again(self, path: str, first: str) -> None:
        """Record the same file under another name."""
        if first in self.programs:
            self.programs[path] = self.programs[first]
        if first in self.modules:
            self.modules[path] = self.modules[first]

    def _expect(self, names: set[str]) -> None:
        self._names |= names
        for one, files in _with_modules():
            programs = one.command.programs if one.command else frozenset()
            if not names.isdisjoint(programs | files.servers):
                self._used.add(one.name)
            if one.name in self._used:
                self._names |= programs

    def _is_program(self, node: Node) -> bool:
        directory, _, name = node.path.rpartition("/")
        if name.startswith("lib") and ".so" in name:
            return name.startswith(tuple(f"lib{one}" for one in self._names & _interpreters()))
        # This rules out most files at once.
        if directory not in self._directories or not node.mode & 0o111:
            return False
        return bare_name(name) in self._names

    def _is_module(self, path: str) -> bool:
        for one, files in _with_modules():
            if not path.endswith(files.suffixes):
                continue
            is_place = files.library in path or not path.startswith(_OF_SYSTEM)
            if self._workdir and path.startswith(self._workdir):
                # An application, whose interpreter may come later.
                if path.endswith(files.suffixes[0]):
                    self._used.add(one.name)
                is_place = True
            is_read = files.not_read is None or not files.not_read.search(path)
            if one.name in self._used and is_place and is_read:
                return True
        return False


@cache
def _with_modules() -> tuple[tuple[Language, ModuleFiles], ...]:
    """The languages whose modules are read, with their module files."""
    return tuple((one, one.needs.MODULES) for one in LANGUAGES if one.needs and one.needs.MODULES)


@cache
def _interpreters() -> frozenset[str]:
    """Interpreters with known needs: a part of one may be a library of the same name."""
    commands = [one.command for one in LANGUAGES if one.needs and one.command]
    return frozenset[str]().union(*(command.programs for command in commands))


def _absolute(word: str, workdir: str) -> str:
    return join(word) if word.startswith("/") else join(workdir, word)
