"""The files that a program opens and writes at run time, as its source names them.

A string in the source that is a path in the project (``templates/index.html``, ``./static``,
``migrations/*.sql``) is a file that the program may open; one in a call that writes is a place
that the program must be able to write to.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bpkit.languages.listing import Listing, is_aside
from bpkit.languages.source_suffixes import C_FAMILY, DOTNET, GO, JVM, RUST, ZIG
from bpkit.languages.source_text import (
    LONGEST_SOURCE,
    constants,
    is_bundle,
    literals,
    without_comments,
)

_SOURCES = (
    *(*GO, *RUST, *C_FAMILY, *JVM, *DOTNET, *ZIG),
    *(".mod", ".sum", ".lock", ".csproj", ".proto", ".l", ".y", ".ll", ".yy"),
)
_LITERAL_ONLY = re.compile(r"[\w@%+=:,.~*?{}\[\]/ -]+")
#: Embedded by the compiler, so nothing has to be there at run time.
_EMBEDDED = re.compile(
    r"include_(?:str|bytes|dir)!\([^)]*\)|@embedFile\([^)]*\)"
    r"|\b(?:RustEmbed|rust_embed)\b[^;{]*|#\[(?:template|folder)\([^)]*\)\]|#\[folder\s*=[^\]]*\]"
    r"|sqlx::migrate!\([^)]*\)|query_file\w*!\([^)]*\)|^import\s*\([^)]*\)|^import\s+[^\n]*",
    re.MULTILINE,
)
#: Each of them contains one of these.
_OF_EMBEDDED = ("include_", "@embedFile", "mbed", "#[", "migrate!", "query_file", "import")
_INCLUDED = re.compile(r"#include[^\n]*")


def opened_files(listing: Listing, sources: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Files and directories of the project that the sources name, each with the source."""
    found: dict[str, str] = {}
    for source in sources:
        text = _INCLUDED.sub("", without_comments(listing.read(source), source))
        if any(word in text for word in _OF_EMBEDDED):
            text = _EMBEDDED.sub("", text)
        for literal in literals(text):
            path = _path_of(listing, literal)
            if path and path not in found:
                found[path] = source
    kept = {
        path: source
        for path, source in found.items()
        if not any(path.startswith(f"{other}/") for other in found)
    }
    return tuple(sorted(kept.items()))


def _path_of(listing: Listing, literal: str) -> str:
    """The path in the project that the literal names; empty if it names none."""
    path = re.sub(r"^(?:file://|\./)+", "", literal)
    if path.startswith(("/", "..")) or not _LITERAL_ONLY.fullmatch(path) or " " in path:
        return ""
    is_explicit = "/" in literal or "*" in literal
    wildcard = re.search(r"[*?\[{]", path)
    if wildcard:
        path = path[: wildcard.start()].rpartition("/")[0]
    path = posixpath.normpath(path) if path else ""
    parts = [part for part in path.split("/") if part not in _SHIPPED]
    if path in {"", ".", "t", "xt"} or (parts and is_aside("/".join([*parts, "x"]))):
        return ""
    if path in listing:
        return "" if path.endswith(_SOURCES) or not (is_explicit or "." in path[1:]) else path
    if listing.has_folder(path) and _has_data(listing, path, is_explicit=is_explicit):
        return path
    return ""


#: Directory names that aren't a program's source but may be data that it opens.
_SHIPPED = frozenset(
    {"migrations", "templates", "docs", "build", "dist", "out", "specs", "alembic", "scripts"}
)


def _has_data(listing: Listing, folder: str, *, is_explicit: bool) -> bool:
    """Whether the directory contains anything besides source."""
    inside = [file for file in listing.files if file.startswith(f"{folder}/")]
    code = [file for file in inside if file.endswith(_SOURCES)]
    return len(code) < len(inside) if is_explicit else not code


@dataclass(frozen=True)
class WrittenPlaces:
    """Directories that the program writes to, each with the source that shows it.

    ``anywhere`` is the source of a call that writes to an unknown path.
    """

    folders: tuple[tuple[str, str], ...] = ()
    anywhere: str = ""

    def __bool__(self) -> bool:
        return bool(self.folders or self.anywhere)

    def with_folders(self, folders: Iterable[tuple[str, str]]) -> WrittenPlaces:
        """The same with these folders too."""
        return replace(self, folders=tuple(sorted({**dict(folders), **dict(self.folders)}.items())))


_VALUE = r"\s*(?P<value>[^,()\n]{1,120}(?:\([^()\n]*\))?[^,()\n]{0,60})"
_OBJECT = r"(?P<value>(?<![\w.])[\w.]+(?:\([^()\n]*\))?)"
_DATA_FILE = r"(?P<value>[\"'][^\"']+\.(?:sqlite3?|db|log)[\"'])"
#: Calls that create or write a file; ``value`` is the path. With a group ``folder`` it is a
#: directory. Each has a word that the call contains: a text without it need not be searched.
_WRITES = tuple(
    (word, re.compile(shape))
    for word, shape in (
        ("open(", rf"\bopen\({_VALUE},\s*(?:mode\s*=\s*)?[\"'][wax]"),
        ("makedirs(", rf"(?P<folder>\b(?:os\.)?makedirs\(){_VALUE}"),
        ("mkdir(", rf"(?P<folder>\b(?:os\.)?mkdir\(){_VALUE}"),
        (".write_", rf"{_OBJECT}\.(?:write_text|write_bytes)"),
        (".touch", rf"{_OBJECT}\.touch"),
        (".open(", rf"{_OBJECT}\.open\([\"'][wax]"),
        (".mkdir(", rf"{_OBJECT}(?P<folder>\.mkdir)\("),
        ("sqlite3.connect(", rf"\bsqlite3\.connect\({_VALUE}"),
        ("FileHandler(", rf"\b(?:Timed|Rotating)*FileHandler\({_VALUE}"),
        ("shelve.open(", rf"\bshelve\.open\({_VALUE}"),
        ("TinyDB(", rf"\bTinyDB\({_VALUE}"),
        ("sqlite", r"(?P<value>[\"']sqlite(?:3|\+\w+)?:///?[^\"']+[\"'])"),
        ("writeFile", rf"\bwriteFile(?:Sync)?\({_VALUE}"),
        ("appendFile", rf"\bappendFile(?:Sync)?\({_VALUE}"),
        ("createWriteStream(", rf"\bcreateWriteStream\({_VALUE}"),
        ("output", rf"\b(?:outputFile|outputFileSync|outputJson)\({_VALUE}"),
        ("mkdir", rf"(?P<folder>\b(?:mkdirSync|mkdirp)\(){_VALUE}"),
        ("ensureDir", rf"(?P<folder>\bensureDir(?:Sync)?\(){_VALUE}"),
        ("Database(", rf"\bnew (?:Database|sqlite3\.Database)\({_VALUE}"),
        ("new Low(", rf"\bnew Low\({_VALUE}"),
        ("JSONFile(", rf"\bnew JSONFile\({_VALUE}"),
        ("NeDB(", rf"\bnew NeDB\({_VALUE}"),
        ("Datastore(", rf"\bnew Datastore\({_VALUE}"),
        ("dest", rf"(?P<folder>\b(?:multer\(\s*\{{\s*)?(?:dest|destination)\s*:){_VALUE}"),
        ("uploadDir", rf"(?P<folder>\b(?:multer\(\s*\{{\s*)?uploadDir\s*:){_VALUE}"),
        ("storage", rf"\bstorage\s*:\s*{_DATA_FILE}"),
        ("filename", rf"\bfilename\s*:\s*{_DATA_FILE}"),
        ("dirname", rf"\bdirname\s*:\s*{_DATA_FILE}"),
        ("Create(", rf"\bos\.Create\({_VALUE}"),
        ("WriteFile(", rf"\b(?:os|ioutil)\.WriteFile\({_VALUE}"),
        ("os.OpenFile(", rf"\bos\.OpenFile\({_VALUE}"),
        ("os.Mkdir", rf"(?P<folder>\bos\.(?:Mkdir|MkdirAll)\(){_VALUE}"),
        ("sql.Open(", rf"\bsql\.Open\(\s*\"sqlite3?\",{_VALUE}"),
        (".Open(", rf"\b(?:bolt|bbolt|badger)\.Open\({_VALUE}"),
        ("sqlite.Open(", rf"\bsqlite\.Open\({_VALUE}"),
        ("File::create(", rf"\bFile::create\({_VALUE}"),
        ("fs::write(", rf"\bfs::write\({_VALUE}"),
        ("::open(", rf"\b(?:sled::open|Connection::open)\({_VALUE}"),
        ("create_dir", rf"(?P<folder>\b(?:fs::)?create_dir(?:_all)?\(){_VALUE}"),
        ("fopen(", rf"\bfopen\({_VALUE},\s*\"[wa]"),
        ("ofstream", rf"\b(?:std::)?ofstream\s+\w+\({_VALUE}"),
        ("new ", rf"\bnew (?:FileWriter|FileOutputStream|PrintWriter|RandomAccessFile)\({_VALUE}"),
        ("Files.", rf"\bFiles\.(?:write|writeString|newBufferedWriter|createFile)\({_VALUE}"),
        ("Files.createD", rf"(?P<folder>\bFiles\.createDirector(?:y|ies)\(){_VALUE}"),
        ("File.", rf"\bFile\.(?:WriteAll\w+|AppendAll\w+|Create|OpenWrite)\({_VALUE}"),
        ("Directory.", rf"(?P<folder>\bDirectory\.CreateDirectory\(){_VALUE}"),
        ("File.", rf"\bFile\.(?:write|open)\({_VALUE},\s*[\"'][wa]"),
        ("FileUtils.", rf"(?P<folder>\bFileUtils\.mkdir_p[ (]){_VALUE}"),
        ("file_put_contents(", rf"\bfile_put_contents\({_VALUE}"),
        ("File.write", rf"\bFile\.write!?\({_VALUE}"),
        ("Deno.write", rf"\bDeno\.(?:writeTextFile|writeFile)(?:Sync)?\({_VALUE}"),
        ("Deno.mkdir", rf"(?P<folder>\bDeno\.mkdir(?:Sync)?\(){_VALUE}"),
    )
)
_ELSEWHERE = re.compile(
    r"(?i)/tmp|tempfile|temp_?dir|tmpdir|mkdtemp|os\.tmpdir|\$HOME|~/|homedir|expanduser|/dev/|/var/|/data\b|devnull"
)


def written_places(listing: Listing, sources: Iterable[str]) -> WrittenPlaces:
    """Where the program writes, below its working directory."""
    folders: dict[str, str] = {}
    anywhere = ""
    for source in sources:
        text = listing.read(source)[:LONGEST_SOURCE]
        if is_bundle(text):
            continue
        shapes = [shape for word, shape in _WRITES if word in text]
        if not shapes:
            continue
        text = without_comments(text, source)
        for shape in shapes:
            for match in shape.finditer(text):
                value = match["value"].strip()
                known = constants(text)
                is_folder = "folder" in (match.groupdict()) and match["folder"] is not None
                path = _written_path(value, known, source)
                if path is None:
                    anywhere = anywhere or source
                elif path and path != "-":
                    folder = path if is_folder else path.rpartition("/")[0]
                    folders.setdefault(folder or ".", source)
    return WrittenPlaces(tuple(sorted(folders.items())), anywhere)


_OWN_FOLDER = re.compile(r"__dirname\b|import\.meta\.dirname\b|__file__\b|__DIR__\b")


def _beside(value: str, source: str) -> str:
    """The expression with its source's directory in place of ``__dirname`` and the like."""
    if not _OWN_FOLDER.search(value):
        return value
    folder = posixpath.dirname(source)
    above = re.search(r"\.parents\[(\d)\]", value)
    is_python = "__file__" in value
    ups = int(above[1]) if above else value.count(".parent") + value.count("dirname(") - 1
    for _ in range(ups if is_python else 0):
        folder = posixpath.dirname(folder)
    rest = _OWN_FOLDER.sub("", value)
    return f'join("{folder}/", {rest})' if folder else f"join({rest})"


def _written_path(
    value: str, known: Mapping[str, list[str]], source: str, depth: int = 0
) -> str | None:
    """The relative path that an expression evaluates to; "-" if outside, None if unknown."""
    value = _beside(value, source)
    if _ELSEWHERE.search(value):
        return "-"
    parts = [part.removeprefix("./") for part in literals(value)]
    if re.match(r"^\s*[frb]{0,2}[\"'`]", value) or re.search(
        r"__dirname|__file__|cwd\(\)|\bPath\(|join\(", value
    ):
        names = re.match(r"^\s*f?[\"'`]\{?\$?\{?(\w+)\}", value)
        if names and names[1] in known and depth < 3:
            return _written_path(known[names[1]][0], known, source, depth + 1)
        text = "/".join(part.strip("/") if at else part for at, part in enumerate(parts))
        text = re.sub(r"^(?:sqlite(?:3|\+\w+)?:///?|file:)", "", text)
        text = re.sub(r"\?.*|%[sdv].*|[{$].*", "", text)
        if text.startswith(("/", "..", ":memory:", "http")):
            return "-"
        if not text or not re.fullmatch(r"[\w@+=.,~/-]+", text) or text.startswith((".git", "~")):
            return None if not text else "-"
        return posixpath.normpath(text)
    for match in re.finditer(r"[A-Za-z_]\w*", value):
        if match[0] in known and depth < 3:
            return _written_path(known[match[0]][0], known, source, depth + 1)
    return None


def writing_note(places: WrittenPlaces) -> Iterator[str]:
    """The note for the user about directories that the program writes to."""
    named = [folder for folder, _ in places.folders if folder != "."]
    if named:
        source = places.folders[-1][1]
        yield (
            f"{source} writes to {', '.join(named[:5])}: what it writes there is lost with the"
            " container unless a volume is mounted"
        )
