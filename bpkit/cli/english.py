"""Loads plumbum.cli without its translations: what it complains about is told by its words."""

from __future__ import annotations

import sys
from types import ModuleType

from bpkit.core import load_plumbum


def load_plumbum_cli() -> None:
    """Import plumbum so that its command line says everything in English, in any locale."""
    load_plumbum()
    sys.modules.setdefault("plumbum.cli.i18n", _Untranslated("plumbum.cli.i18n"))


class _Untranslated(ModuleType):
    """Has the functions of plumbum's translations, and translates nothing."""

    def get_translation_for(self, _package: str) -> _Untranslated:
        return self

    def gettext(self, text: str) -> str:
        return text

    def ngettext(self, one: str, many: str, count: int) -> str:
        return one if count == 1 else many
