"""The C++ plug-in: its names, and the modules that answer for it."""

from __future__ import annotations

from bpkit.languages.language import Language, ProjectReader
from bpkit.languages.source_suffixes import CPP


class Cpp(Language):
    name = "cpp"
    title = "C++"
    is_compiled = True
    known_by = "a Makefile, a CMakeLists.txt, a meson.build or a configure.ac"
    sources = CPP
    made = ("*.o", "build", "rootfs")
    weight = 1

    @property
    def project(self) -> ProjectReader:
        from bpkit.languages.cpp import detect

        return detect
