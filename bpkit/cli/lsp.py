"""``bpkit lsp``: its switches."""

from __future__ import annotations

from bpkit.cli.verb import Verb
from bpkit.errors import InputError


class Lsp(Verb):
    """Serve lint's findings and quick fixes to an editor, over standard input and output.

    Editors start it by themselves; docs/editors.md shows their settings.
    """

    USAGE = "bpkit lsp [SWITCH...]\n"
    EXAMPLES = (
        ("bpkit lsp", "what an editor runs"),
        ("bpkit lsp --quiet", "the same, without a word on standard error"),
    )

    def main(self) -> int:
        try:
            from bpkit.verbs.lsp import serve
        except ImportError as error:
            raise InputError(
                f"the language server needs {error.name}, which is not installed",
                hint="pip install 'docker-bpkit[lsp]'",
            ) from None
        serve()
        return 0
