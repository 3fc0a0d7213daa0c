"""What starts a Ruby project: a stated command, Rails, a Rack server, or a file."""

from __future__ import annotations

import re
from dataclasses import replace

from bpkit.errors import InputError, Place
from bpkit.languages.detected import (
    Candidate,
    ProjectWishes,
    choose,
    no_such_program,
)
from bpkit.languages.listing import Listing
from bpkit.languages.port_numbers import port_of_command
from bpkit.languages.ports import listening
from bpkit.languages.ruby.gems import gems_of
from bpkit.languages.source_suffixes import RUBY
from bpkit.languages.start import StartCommand, as_stated
from bpkit.languages.stated import stated_commands

_STARTERS = frozenset(
    {
        *("bundle", "ruby", "rackup", "puma", "rails", "bin/rails", "sh", "bash"),
        *("unicorn", "thin", "foreman", "rake", "passenger"),
    }
)
_STARTS = ("main.rb", "app.rb", "server.rb", "bot.rb", "run.rb", "application.rb", "web.rb")


def start_of(listing: Listing, wishes: ProjectWishes) -> StartCommand:
    """The command that starts the project, and its port.

    Raises InputError if nothing does, or if the user names what isn't there.
    """
    gems = gems_of(listing)
    for stated in stated_commands(listing, wishes):
        program = stated.words[0] if stated.words else ""
        rest = [word for word in stated.words if word.endswith((".rb", ".ru"))]
        missing = [word for word in rest if word not in listing]
        known = program in _STARTERS or program.removeprefix("./") in listing or program in gems
        if known and not missing and not stated.is_for_development:
            is_puma = re.search(r"\bpuma\b", stated.text)
            port = _puma_port(listing) if is_puma and not port_of_command(stated.text) else ""
            return as_stated(stated, "3000").with_port(port, "config/puma.rb")
        if stated.is_of_user:
            raise InputError(
                (
                    f"{stated.file} {stated.text!r}: the project"
                    f" has no {missing[0] if missing else program}"
                ),
                hint="pass a command that the project has",
            )
    runner = ("bundle", "exec") if "Gemfile" in listing else ()
    if wishes.entry:
        file = wishes.entry.removeprefix("./")
        if file not in listing:
            sources = [f for f in listing.files if f.endswith(RUBY)]
            raise no_such_program(file, sources, wishes.source_of("entry"))
        return _of_file(listing, (*runner, "ruby", file), file, wishes.source_of("entry"))
    if "bin/rails" in listing:
        rails = ("bundle", "exec", "rails", "server", "-b", "0.0.0.0", "-p", "3000")
        return StartCommand(rails, "bin/rails", "3000", "")
    if "config.ru" in listing:
        return _of_rack(listing, runner)
    return _of_files(listing, wishes, runner)


def _of_rack(listing: Listing, runner: tuple[str, ...]) -> StartCommand:
    """The server among the gems that serves config.ru. Raises InputError if none does."""
    gems = gems_of(listing)
    port, port_file = "9292", ""
    if "puma" in gems:
        own_port = _puma_port(listing)
        server = ("puma", "-b", "tcp://0.0.0.0:9292")
        if own_port:
            port, port_file = own_port, "config/puma.rb"
            server = ("puma", "-C", "config/puma.rb")
        return StartCommand((*runner, *server), "config.ru", port, port_file)
    if "unicorn" in gems:
        words = (*runner, "unicorn", "-o", "0.0.0.0", "-p", "8080")
        return StartCommand(words, "config.ru", "8080", "")
    _check_server(listing, gems)
    words = (*runner, "rackup", "-o", "0.0.0.0", "-p", port)
    return StartCommand(words, "config.ru", port, "")


def _of_files(listing: Listing, wishes: ProjectWishes, runner: tuple[str, ...]) -> StartCommand:
    """The program among the files. Raises InputError for none, or several."""
    candidates = [Candidate(one, one, 40 - at) for at, one in enumerate(_STARTS) if one in listing]
    candidates += [
        Candidate(f, f, 10)
        for f in listing.in_folder("")
        if f.endswith(RUBY) and not re.match(r"(?i)config|helper|test_|.*_(?:test|spec)\.", f)
    ]
    candidates += [
        Candidate(f, f, 20)
        for f in listing.files
        if re.fullmatch(r"(?:bin|exe)/[\w-]+", f)
        and f not in {"bin/setup", "bin/console", "bin/bundle", "bin/rake", "bin/rspec"}
    ]
    chosen = choose(candidates, wishes, "program")
    entry = chosen.candidate.entry
    found = _of_file(listing, (*runner, "ruby", entry), entry, chosen.candidate.file)
    return replace(found, is_guess=chosen.is_guess, notes=(*found.notes, *chosen.notes))


def _check_server(listing: Listing, gems: frozenset[str]) -> None:
    """Raise InputError if no gem can serve config.ru: Rack has no server, nor has rackup."""
    rack = re.search(r"^    rack \((\d+)", listing.text("Gemfile.lock"), re.MULTILINE)
    is_old = rack is not None and int(rack[1]) < 3
    servers = {"webrick", "thin", "falcon", "iodine", "passenger", "agoo"}
    if "Gemfile" in listing and not (gems & servers and (is_old or "rackup" in gems)):
        raise InputError(
            "none of the gems is a server that can start config.ru",
            place=Place("Gemfile"),
            hint="run 'bundle add puma', or pass the command with --cmd",
        )


def _puma_port(listing: Listing) -> str:
    text = re.sub(r"#[^\n]*", "", listing.text("config/puma.rb"))
    found = re.search(r"^\s*(?:port|bind)\b[^\n]*?(\d{4,5})", text, re.MULTILINE)
    return found[1] if found else ""


def _of_file(listing: Listing, command: tuple[str, ...], file: str, source: str) -> StartCommand:
    """A program started by its file; Sinatra and WEBrick are made to listen everywhere."""
    text = listing.text(file)
    listens = listening(listing, [file, *listing.sources(*RUBY)])
    own = re.search(r"^\s*set\s*:port,\s*(\d{2,5})\s*$", text, re.MULTILINE)
    if own:
        # Settings in the file override the command line.
        return StartCommand((*command, "-o", "0.0.0.0"), source, own[1], file)
    if re.search(r"^\s*require\s+['\"]sinatra['\"]", text, re.MULTILINE):
        port = listens.port if listens and listens.port else "4567"
        return StartCommand(
            (*command, "-o", "0.0.0.0", "-p", port),
            source,
            port,
            file if listens and listens.port else "",
        )
    if listens:
        return StartCommand(
            command,
            source,
            listens.port,
            listens.file,
            notes=(listens.note,) if listens.note else (),
        )
    return StartCommand(command, source)
