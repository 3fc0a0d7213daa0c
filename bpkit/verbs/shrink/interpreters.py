"""The files that interpreters need, and their own files that their code names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bpkit.image import named_files
from bpkit.languages import language_of
from bpkit.verbs.shrink.draft import OWN, Draft
from bpkit.verbs.shrink.wants import with_tmp


def with_languages(draft: Draft, *, opened_only: bool = False) -> Draft:
    """With the files that interpreters need, and those in /usr/share that their code names.

    With ``opened_only``, nothing of their libraries: what runs of the image opened is kept instead.
    """
    config = draft.fat.config
    left_out: dict[str, frozenset[str]] = {}
    for link in draft.started.links:
        language = language_of(link)
        if link.node is None or language is None or language.needs is None:
            continue
        directory = draft.started.directory(link, config.workdir)
        subject = replace(draft.fat, config=replace(config, workdir=directory))
        parts = language.needs.parts(subject, link, draft.evidence)
        selection = draft.selection
        for group in parts.groups:
            if group.why in OWN or not opened_only:
                selection = selection.with_group(group.why, group.paths)
        names = (*selection.left_out_names, *parts.left_out_names)
        unchanged = tuple(dict.fromkeys((*selection.unchanged, *parts.unchanged)))
        selection = replace(
            selection, left_out_names=tuple(dict.fromkeys(names)), unchanged=unchanged
        )
        # An interpreter that runs two programs leaves out what neither needs.
        gone = frozenset(parts.left_out)
        left_out[link.node.path] = left_out.get(link.node.path, gone) & gone
        draft = draft.with_selection(with_tmp(selection)).hinting(*parts.hints)
        draft = replace(draft, languages=(*draft.languages, language.title))
    gone = frozenset[str]().union(*left_out.values())
    draft = draft.with_selection(replace(draft.selection, left_out=tuple(sorted(gone))))
    if draft.languages and opened_only:
        which = " and ".join(dict.fromkeys(draft.languages))
        draft = draft.noting(
            f"kept only what a run opened of the library of {which}: a request that no probe made "
            "may lack a module"
        )
    if draft.languages:
        draft = draft.taking("files that the interpreter itself reads", _own_files(draft))
    return draft


def covered_by_languages(draft: Draft) -> tuple[str, ...]:
    """The directories that a language chooses files from."""
    nodes = draft.fat.rootfs.nodes
    return tuple(p for p in draft.selection.paths if nodes[p].kind == "directory")


def _own_files(draft: Draft) -> Iterator[str]:
    for evidence in draft.evidence.values():
        named = (text for text in evidence.texts if text.startswith("/usr/share/"))
        for path in named_files(draft.fat.rootfs, named, "/"):
            if draft.fat.rootfs.file(path) and not path.startswith("/usr/share/zoneinfo"):
                yield path
