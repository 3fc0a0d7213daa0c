"""What setup.cfg can't say: README as the page of a package index, where no link is relative."""

from __future__ import annotations

import re
from pathlib import Path

from setuptools import setup

#: Where the files of the source are on the web, with a slash at the end; nowhere yet.
SOURCE_URL = ""
_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?:|#|mailto:)([^)\s]+)\)")
_NO_SOURCE = (
    "*Files that this page names are in the source distribution:"
    " the documentation is in `docs/`, the labs are in `examples/`.*\n\n"
)


def for_an_index(readme: str, source_url: str = SOURCE_URL) -> str:
    """README for a page elsewhere: relative links are made absolute, or plain text without a URL.

    A picture that can't be reached is left out.
    """

    def link(found: re.Match[str]) -> str:
        picture, text, target = found.groups()
        if source_url:
            return f"{picture}[{text}]({source_url}{target})"
        return "" if picture else text

    linked = _LINK.sub(link, re.sub(r"<!-- .*? -->\n", "", readme))
    title, _, rest = linked.partition("\n\n")
    return linked if source_url else f"{title}\n\n{_NO_SOURCE}{rest.lstrip()}"


if __name__ == "__main__":
    readme = Path(__file__).with_name("README.md").read_text(encoding="utf-8")
    setup(long_description=for_an_index(readme))
