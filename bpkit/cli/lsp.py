"""``bpkit lsp``: its switches."""

from __future__ import annotations

from bpkit.cli.verb import Verb
from bpkit.errors import InputError


class Lsp(Verb):
    """Serve lint's findings and quick fixes to an editor, over standard input and output.

    It is started by the editor; docs/editors.md in the source shows the settings.
    """

    USAGE = "bpkit lsp [SWITCH...]\n"
    EXAMPLES = (
        ("bpkit lsp", "serve on standard input and output, as an editor starts it"),
        ("bpkit lsp --quiet", "the same, without messages on standard error"),
    )

    def main(self) -> int:
        try:
            from bpkit.verbs.lsp import serve
        except ImportError as error:
            # pygls imports others first: the one that is missing may be lsprotocol.
            if error.name not in {"pygls", "lsprotocol"}:
                raise
            raise InputError(
                "the language server needs pygls, which is not installed",
                hint="pip install 'docker-bpkit[lsp]'",
            ) from None
        serve()
        return 0
