"""A language server for Dockerfiles, made of ``bpkit lint`` and pygls.

A file is linted when it is opened and when it is saved, as it is on disk, where its pair
and its build context are too. Findings with an edit are offered as quick fixes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from bpkit import __version__
from bpkit.core import Engine
from bpkit.errors import BpkitError
from bpkit.findings import Finding, Severity, TextEdit
from bpkit.verbs.lint import LintRequest, lint

_SEVERITIES: dict[Severity, lsp.DiagnosticSeverity] = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "note": lsp.DiagnosticSeverity.Information,
}
#: Longer than any line: an editor treats a column beyond the end of a line as its end.
_END = 10_000


class DockerfileServer(LanguageServer):
    """The server; ``findings`` are those of each file that is open, by its URI."""

    def __init__(self) -> None:
        super().__init__("bpkit", f"v{__version__}")
        self.findings: dict[str, tuple[Finding, ...]] = {}

    def look(self, uri: str) -> None:
        """Lint the file and publish what is found."""
        path = to_fs_path(uri)
        if path is None:
            return
        try:
            # docker build --check would ask the engine at every save.
            found = lint(Engine(), LintRequest(files=(path,)), frozenset({"docker"})).findings
        except BpkitError as error:
            self.window_log_message(lsp.LogMessageParams(lsp.MessageType.Error, str(error)))
            found = ()
        own = tuple(one for one in found if _is_of(one, Path(path)))
        self.findings[uri] = own
        self.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(uri, [diagnostic(one) for one in own])
        )


def _is_of(finding: Finding, path: Path) -> bool:
    """Whether a finding is in this file, not in the other file of its pair."""
    return finding.place is not None and Path(finding.place.file).resolve() == path.resolve()


def diagnostic(finding: Finding) -> lsp.Diagnostic:
    """A finding as an editor shows it, on its whole line."""
    line = (finding.place.line or 1) - 1 if finding.place else 0
    return lsp.Diagnostic(
        _lines(line, line),
        finding.message,
        severity=_SEVERITIES[finding.severity],
        code=finding.rule.id,
        source="bpkit",
    )


def quick_fixes(findings: Iterable[Finding], wanted: lsp.Range) -> Iterator[lsp.CodeAction]:
    """The fixes of the findings on the lines of ``wanted``."""
    for finding in findings:
        line = (finding.place.line or 1) - 1 if finding.place else 0
        if not finding.edits or not wanted.start.line <= line <= wanted.end.line:
            continue
        changes: dict[str, list[lsp.TextEdit]] = {}
        for edit in finding.edits:
            uri = from_fs_path(str(Path(edit.file).resolve()))
            if uri is not None:
                changes.setdefault(uri, []).append(_edit(edit))
        yield lsp.CodeAction(
            f"Fix {finding.rule.id}: {finding.rule.title}",
            kind=lsp.CodeActionKind.QuickFix,
            diagnostics=[diagnostic(finding)],
            edit=lsp.WorkspaceEdit(changes=changes),
        )


def _edit(edit: TextEdit) -> lsp.TextEdit:
    start = lsp.Position(edit.line - 1, 0)
    # The lines up to end_line; before line, nothing is replaced.
    end = lsp.Position(max(edit.end_line, edit.line - 1), 0)
    return lsp.TextEdit(lsp.Range(start, end), edit.text)


def _lines(first: int, last: int) -> lsp.Range:
    return lsp.Range(lsp.Position(first, 0), lsp.Position(last, _END))


def server() -> DockerfileServer:
    """A server with its features, not yet connected to an editor."""
    made = DockerfileServer()

    @made.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        made.look(params.text_document.uri)

    @made.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        made.look(params.text_document.uri)

    @made.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        made.findings.pop(params.text_document.uri, None)

    @made.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix]),
    )
    def asked(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        found = made.findings.get(params.text_document.uri, ())
        return list(quick_fixes(found, params.range))

    return made


def serve() -> None:
    """Speak to an editor over standard input and output until it closes them."""
    server().start_io()
