"""What of an image will be asked for, told while its files pass by, so that none comes twice.

``docker export`` streams an image once; to have one file of it again is another command to the
engine, and some of these files are large. The configuration tells beforehand most of what will be
wanted: the program by its name, the parts of an interpreter, the sources of an application.
A wrong guess costs time only: what was not foreseen is fetched later, and what was foreseen for
nothing is not asked for.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache

from bpkit.image import Evidence, ImageConfig, Node, interpreter_of, join, read_program
from bpkit.languages import LANGUAGES, SHARED, Language, ModuleFiles, bare_name, imports_of

#: Larger programs are started all the same; what their texts say is not looked at.
MOST_BYTES = 96 << 20
MOST_MODULE = 32 << 20

_WORD = re.compile(r"[\w.+/-]+")
#: Interpreters of scripts by other names than those that a shebang line has, and what finds them.
_ALWAYS = frozenset({"env", "dash", "busybox"})
#: Where an image has what is not its application's; of it, only a language's own places are read.
_OF_SYSTEM = ("/usr/", "/lib/", "/lib64/", "/bin/", "/sbin/", "/etc/", "/var/", "/opt/", "/root/")


class Foresight:
    """A witness of an image's export that takes the evidence which will be asked for."""

    def __init__(self, config: ImageConfig) -> None:
        self.programs: dict[str, Evidence] = {}
        self.modules: dict[str, Evidence] = {}
        workdir = join(config.workdir)
        self._workdir = f"{workdir}/" if workdir not in SHARED.split() else ""
        words = _WORD.findall(" ".join((*config.argv, *config.healthcheck)))
        self._names = {bare_name(word) for word in words} | _ALWAYS
        named = (posixpath.dirname(_absolute(word, workdir)) for word in words if "/" in word)
        self._directories = {workdir, *config.process_env["PATH"].split(":"), *named}
        #: The languages, of those with modules, that the image is known to use.
        self._used = {
            one.name
            for one, files in _with_modules()
            if files.variable and any(name.startswith(files.variable) for name in config.env)
        }
        self._expect(self._names)

    def wants(self, node: Node) -> int:
        """How many bytes of the file will be wanted; see ``Witness``."""
        if self._is_program(node):
            return MOST_BYTES if node.size <= MOST_BYTES else 0
        return MOST_MODULE if self._is_module(node.path) else 0

    def sees(self, node: Node, content: memoryview) -> None:
        """Keep the evidence of a file that was wanted."""
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
        # Of most files this tells at once that they are none.
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
            if one.name in self._used and is_place and files.not_read.isdisjoint(path.split("/")):
                return True
        return False


@cache
def _with_modules() -> tuple[tuple[Language, ModuleFiles], ...]:
    """The languages of which modules are read, and which files these are."""
    return tuple((one, one.needs.MODULES) for one in LANGUAGES if one.needs and one.needs.MODULES)


@cache
def _interpreters() -> frozenset[str]:
    """Interpreters whose needs are known: a part of one may be a library of the same name."""
    commands = [one.command for one in LANGUAGES if one.needs and one.command]
    return frozenset[str]().union(*(command.programs for command in commands))


def _absolute(word: str, workdir: str) -> str:
    return join(word) if word.startswith("/") else join(workdir, word)
