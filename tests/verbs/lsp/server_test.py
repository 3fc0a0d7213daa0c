"""A real client speaks to ``bpkit lsp``: what it is told, and that a fix makes the finding go."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

from bpkit.errors import Place
from bpkit.findings import Finding, Rule, TextEdit
from bpkit.verbs.lsp.server import quick_fixes


async def told(path: Path, *, save: str = "") -> list[list[lsp.Diagnostic]]:
    """What the server publishes for the file: when it is opened, then when it is saved."""
    client = LanguageClient("test", "1")
    published: list[list[lsp.Diagnostic]] = []
    news = asyncio.Event()

    @client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]
    def heard(params: lsp.PublishDiagnosticsParams) -> None:
        published.append(list(params.diagnostics))
        news.set()

    await client.start_io(sys.executable, "-m", "bpkit", "lsp")
    try:
        capabilities = lsp.ClientCapabilities()
        await client.initialize_async(lsp.InitializeParams(capabilities=capabilities))
        client.initialized(lsp.InitializedParams())
        item = lsp.TextDocumentItem(path.as_uri(), "dockerfile", 1, path.read_text())
        client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        await asyncio.wait_for(news.wait(), 60)
        if save:
            news.clear()
            path.write_text(save)
            identifier = lsp.TextDocumentIdentifier(path.as_uri())
            client.text_document_did_save(lsp.DidSaveTextDocumentParams(identifier))
            await asyncio.wait_for(news.wait(), 60)
        await client.shutdown_async(None)
        client.exit(None)
    finally:
        await client.stop()  # type: ignore[no-untyped-call]
    return published


def test_an_editor_gets_findings_when_a_file_is_opened_and_again_when_it_is_saved(
    tmp_path: Path,
) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text("FRO debian:12\n")
    opened, saved = asyncio.run(told(path, save="FROM scratch\nCOPY Dockerfile /\nUSER 1000\n"))
    assert opened
    assert opened[0].source == "bpkit"
    assert opened[0].range.start.line == 0
    assert not [one for one in saved if one.severity == lsp.DiagnosticSeverity.Error]


def fixed(text: str, edits: Iterator[lsp.TextEdit]) -> str:
    """The text after the edits of an editor, which touch whole lines here."""
    lines = text.splitlines(keepends=True)
    for edit in sorted(edits, key=lambda one: -one.range.start.line):
        assert (edit.range.start.character, edit.range.end.character) == (0, 0)
        lines[edit.range.start.line : edit.range.end.line] = [edit.new_text]
    return "".join(lines)


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ((2, 2, "B\n"), "a\nB\nc\n"),
        ((2, 3, ""), "a\n"),
        ((2, 1, "new\n"), "a\nnew\nb\nc\n"),
        ((4, 3, "end\n"), "a\nb\nc\nend\n"),
    ],
)
def test_a_line_edit_becomes_the_same_edit_in_an_editor(
    tmp_path: Path, edit: tuple[int, int, str], expected: str
) -> None:
    path = tmp_path / "Dockerfile"
    rule = Rule("BPK2XX", "warning", "title", "why")
    finding = Finding(rule, "m", Place(str(path), 2), edits=(TextEdit(str(path), *edit),))
    line = lsp.Range(lsp.Position(1, 0), lsp.Position(1, 3))
    (action,) = quick_fixes([finding], line)
    assert action.edit is not None
    assert action.edit.changes is not None
    (edits,) = action.edit.changes.values()
    assert fixed("a\nb\nc\n", iter(edits)) == expected


def test_no_fix_is_offered_on_other_lines() -> None:
    rule = Rule("BPK2XX", "warning", "title", "why")
    finding = Finding(rule, "m", Place("x", 5), edits=(TextEdit("x", 5, 5, "y\n"),))
    assert not list(quick_fixes([finding], lsp.Range(lsp.Position(0, 0), lsp.Position(1, 0))))
