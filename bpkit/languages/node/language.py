"""The Node.js plug-in: its names, and the modules that answer for it."""

from __future__ import annotations

from bpkit.languages.command_line import CommandLine
from bpkit.languages.language import (
    AssetBuilder,
    InterpreterNeeds,
    Language,
    LanguageRule,
    ProjectReader,
)
from bpkit.languages.listing import Listing
from bpkit.languages.node.command import COMMAND
from bpkit.languages.source_suffixes import JAVASCRIPT


class Node(Language):
    name = "node"
    title = "Node.js"
    known_by = "a package.json or a .js file at the top"
    sources = JAVASCRIPT
    made = ("node_modules", "dist", ".next", "coverage")

    def folders(self, listing: Listing) -> tuple[str, ...]:
        from bpkit.languages.node.workspaces import local_packages, members

        package = listing.json("package.json")
        return (*members(listing, package), *local_packages(listing, package))

    @property
    def project(self) -> ProjectReader:
        from bpkit.languages.node import detect

        return detect

    @property
    def assets(self) -> AssetBuilder:
        from bpkit.languages.node import assets

        return assets

    @property
    def command(self) -> CommandLine:
        return COMMAND

    @property
    def rules(self) -> tuple[LanguageRule, ...]:
        from bpkit.languages.node import no_package_json

        return (no_package_json,)

    @property
    def needs(self) -> InterpreterNeeds:
        from bpkit.languages.node import needs

        return needs
