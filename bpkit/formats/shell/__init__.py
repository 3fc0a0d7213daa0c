"""Shell scripts as POSIX and bash write them: read into a syntax tree, and their patterns."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.formats.shell.parser import parse
    from bpkit.formats.shell.patterns import (
        Piece,
        has_pattern,
        matches,
        matching_paths,
        replaced,
        without_prefix,
        without_suffix,
    )
    from bpkit.formats.shell.syntax import (
        Arithmetic,
        Arm,
        Assignment,
        BraceGroup,
        Case,
        Chain,
        Command,
        For,
        Function,
        If,
        Literal,
        Parameter,
        Pipeline,
        ProcessSubstitution,
        Redirect,
        ShellScript,
        Simple,
        Span,
        Substitution,
        Unreadable,
        While,
        Word,
        WordPart,
    )

__all__ = [
    # ``$((…))``, not parsed.
    "Arithmetic",
    # One arm of a ``case``; ``falls`` for ``;&`` and ``;;&``.
    "Arm",
    # ``NAME=word``, ``NAME+=word`` or ``NAME=(words)``; ``items`` is of an array, else None.
    "Assignment",
    # ``{ … }``, or with ``subshell`` ``( … )``.
    "BraceGroup",
    "Case",
    # ``first && second || third``: each of ``rest`` with the operator in front of it.
    "Chain",
    "Command",
    # ``words`` None: over the positional parameters.
    "For",
    "Function",
    # ``branches`` are conditions with what follows ``then``; the last may be an ``else``.
    "If",
    # Literal text; ``quoted`` text is neither split nor a pattern, and may be empty.
    "Literal",
    # ``$NAME`` or ``${NAME…}``.
    "Parameter",
    "Piece",
    "Pipeline",
    # ``<(…)`` or ``>(…)``.
    "ProcessSubstitution",
    # ``operator`` is one of ``< > >> >| <> <& >& &> &>> << <<< ``; a heredoc's body is
    # ``word``.
    "Redirect",
    # Commands one after the other.
    "ShellScript",
    # Assignments, a command's words and its redirections; ``[[ … ]]`` is one too.
    "Simple",
    # A command's place, and its source text.
    "Span",
    # ``$(…)`` or backquotes: a script in itself
    "Substitution",
    # Bash syntax that isn't read here: ``(( … ))``, ``select``, ``for ((…))``.
    "Unreadable",
    "While",
    "Word",
    "WordPart",
    # Whether anything unquoted in ``pieces`` could match more than itself.
    "has_pattern",
    # Whether the whole of ``text`` matches.
    "matches",
    # The files and directories among ``paths`` that a file name pattern matches, in order.
    "matching_paths",
    # The script in ``text``; raises InputError for what neither sh nor bash would read.
    "parse",
    # ``${text/pattern/new}``; ``every`` for ``//``; ``/#`` and ``/%`` are anchored to an end.
    "replaced",
    # ``${text#pattern}``, or with ``longest`` ``${text##pattern}``.
    "without_prefix",
    # ``${text%pattern}``, or with ``longest`` ``${text%%pattern}``.
    "without_suffix",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "parser": "parse",
        "patterns": (
            "Piece has_pattern matches matching_paths replaced without_prefix without_suffix"
        ),
        "syntax": (
            "Arithmetic Arm Assignment BraceGroup Case Chain Command For Function If Literal "
            "Parameter Pipeline ProcessSubstitution Redirect ShellScript Simple Span Substitution "
            "Unreadable While Word WordPart"
        ),
    },
)
