"""ELF files: headers, the needs in the dynamic section, and the paths that a program names."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.formats.elf.clues import Clues, TextScan, clues_of, find_clues
    from bpkit.formats.elf.loader import default_directories, is_loader
    from bpkit.formats.elf.read import (
        Content,
        Elf,
        ElfError,
        dynamic_section,
        imported_symbols,
        is_elf,
        read_elf,
    )

__all__ = [
    # Signs found in one binary; each says only that the code for it is there.
    "Clues",
    # The bytes of a file, or as many of them as were kept: what is missing reads as nothing.
    "Content",
    # The facts of one ELF file.
    "Elf",
    # The bytes begin like an ELF file, but can't be loaded as one.
    "ElfError",
    # The texts of a binary that count as clues, gathered while it passes by in pieces.
    "TextScan",
    # The clues in a binary of which ``scan`` has seen all
    "clues_of",
    # The directories compiled into the loader that ``content`` is, in the order of its
    # search.
    "default_directories",
    # Where in the file the dynamic section is: its offset and size, zeros if there is none.
    "dynamic_section",
    # The clues in a whole binary; empty for anything else.
    "find_clues",
    # The names that the file needs from its libraries
    "imported_symbols",
    # Whether a file that begins so is an ELF file.
    "is_elf",
    # Whether the file can be a dynamic loader: it stands alone, and is named like one.
    "is_loader",
    # The facts of an ELF file
    "read_elf",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "clues": "Clues TextScan clues_of find_clues",
        "loader": "default_directories is_loader",
        "read": "Content Elf ElfError dynamic_section imported_symbols is_elf read_elf",
    },
)
