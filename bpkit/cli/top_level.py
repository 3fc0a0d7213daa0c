"""``bpkit`` itself, above its verbs; the module of a verb is imported when the verb is used."""

from __future__ import annotations

from bpkit import __version__
from bpkit.cli.application import Application
from bpkit.cli.verbs import NAMES, SUMMARY, VERBS, help_text


class Bpkit(Application):
    __doc__ = SUMMARY
    PROGNAME = "bpkit"
    VERSION = __version__

    def main(self, *words: str) -> int:
        """Without a verb, print the list of verbs."""
        from bpkit.errors import InputError

        if words:
            raise InputError(f"unknown verb '{words[0]}'", hint=_hint(words[0]))
        print(help_text(), end="")
        return 0


def _hint(word: str) -> str:
    from bpkit.formats.text import nearest

    near = nearest(word, sorted(NAMES))
    return f"did you mean '{near}'?" if near else f"the verbs are {', '.join(sorted(NAMES))}"


for _name, _class, _ in VERBS:
    Bpkit.subcommand(_name, _class)
