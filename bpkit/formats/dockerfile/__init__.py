"""Dockerfiles: read without losing a byte, expanded, edited, and written back."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.formats.dockerfile.copies import copy_of, mounts_of
    from bpkit.formats.dockerfile.edit import (
        meaning,
        with_arg,
        with_args,
        with_flag,
        with_instruction,
        without_flag,
    )
    from bpkit.formats.dockerfile.error import DockerfileError
    from bpkit.formats.dockerfile.expansion import expand, references
    from bpkit.formats.dockerfile.grammar import KEYWORDS, heredoc_word
    from bpkit.formats.dockerfile.layout import layout_of
    from bpkit.formats.dockerfile.likely_secrets import is_likely_secret
    from bpkit.formats.dockerfile.made import MadePath, StageOutput, output_of
    from bpkit.formats.dockerfile.model import Dockerfile, Filler, Flag, Instruction
    from bpkit.formats.dockerfile.parser import decode, parse, parse_instruction
    from bpkit.formats.dockerfile.predefined import PREDEFINED
    from bpkit.formats.dockerfile.refusal import Refusal, refusals
    from bpkit.formats.dockerfile.run import Command, run_commands
    from bpkit.formats.dockerfile.stage import (
        AUTOMATIC_ARGS,
        Stage,
        Stages,
        find_stage,
        is_number,
        stages,
    )
    from bpkit.formats.dockerfile.stage_order import stage_uses
    from bpkit.formats.dockerfile.state import StageState, final_state, walk
    from bpkit.formats.dockerfile.values import reference_fault

__all__ = [
    "AUTOMATIC_ARGS",
    "KEYWORDS",
    # Build arguments that need no ARG (Dockerfile reference: Predefined ARGs).
    "PREDEFINED",
    # A program with its arguments, and the variables set for it alone.
    "Command",
    # A Dockerfile in parts that together are its text.
    "Dockerfile",
    # A Dockerfile (or an edit of one) that BuildKit would refuse, or that can't be made.
    "DockerfileError",
    # What is between instructions: comments, blank lines, directives, a byte order mark.
    "Filler",
    # ``--name=value``, without its quotes and escapes; ``value`` is None without an ``=``.
    "Flag",
    # One instruction, from its keyword to the end of its last line.
    "Instruction",
    # A file or directory that an instruction makes: its absolute path, the instruction.
    "MadePath",
    # An instruction that BuildKit refuses: why, where, and what to do.
    "Refusal",
    # One FROM and what follows it.
    "Stage",
    # Everything that a stage shows about the files it makes.
    "StageOutput",
    # The state before an instruction.
    "StageState",
    # All stages of a file, and the ARGs before the first FROM with their values.
    "Stages",
    # The copy of a COPY or ADD, its paths and owner expanded with ``env`` (None: as written).
    "copy_of",
    # The text of a Dockerfile; ``encode`` gives the same bytes back, whatever they were.
    "decode",
    # ``text`` with its variables replaced, without its quotes and escapes.
    "expand",
    # The state after the last instruction of ``stage``; parameters as of ``walk``.
    "final_state",
    # The stage that ``--from=reference`` means: by number, or by name without case.
    "find_stage",
    # The heredoc that ``word`` opens, None if it opens none.
    "heredoc_word",
    # Whether a build argument of this name and value is likely to hold a secret.
    "is_likely_secret",
    # Whether ``--from=reference`` can only mean a stage by its number.
    "is_number",
    # The layout of the instruction's text, in the order of its flags and arguments.
    "layout_of",
    # An instruction's meaning, to compare, regardless of where and how it is written.
    "meaning",
    # The mounts of a RUN, their values expanded with ``env`` (None: as written).
    "mounts_of",
    # The files that ``stage`` shows it makes; later makers of a path come later.
    "output_of",
    # The Dockerfile that ``text`` holds; ``name`` is for messages.
    "parse",
    # The single instruction in ``text``; raises DockerfileError if there isn't exactly one.
    "parse_instruction",
    # Why ``reference`` can't be the name of an image; empty if it can.
    "reference_fault",
    # The names of the variables that ``text`` uses; raises as ``expand`` does.
    "references",
    # The refusals of BuildKit, at most one per instruction, in the order of the lines.
    "refusals",
    # The commands of a RUN, variables as written; none for another instruction.
    "run_commands",
    # The uses of the file's stages in the COPYs and mounts of these stages.
    "stage_uses",
    # The stages of ``dockerfile``, global ARGs taking their values from ``build_args`` first.
    "stages",
    # Each instruction of ``stage`` after its FROM, with the state before it.
    "walk",
    # The instruction with the argument at ``index`` replaced by ``new``.
    "with_arg",
    # The instruction with these arguments; an unchanged one keeps its place in the text.
    "with_args",
    # The instruction with ``--name=value``: in the flag's place, or in front of the others.
    "with_flag",
    # The file with ``new`` in place of ``old``; the next parse renumbers the lines.
    "with_instruction",
    # The instruction without any ``--name``; the same instruction if it has none.
    "without_flag",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "copies": "copy_of mounts_of",
        "edit": "meaning with_arg with_args with_flag with_instruction without_flag",
        "error": "DockerfileError",
        "expansion": "expand references",
        "grammar": "KEYWORDS heredoc_word",
        "layout": "layout_of",
        "likely_secrets": "is_likely_secret",
        "made": "MadePath StageOutput output_of",
        "model": "Dockerfile Filler Flag Instruction",
        "parser": "decode parse parse_instruction",
        "predefined": "PREDEFINED",
        "refusal": "Refusal refusals",
        "run": "Command run_commands",
        "stage": "AUTOMATIC_ARGS Stage Stages find_stage is_number stages",
        "stage_order": "stage_uses",
        "state": "StageState final_state walk",
        "values": "reference_fault",
    },
)
