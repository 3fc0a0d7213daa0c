"""Ruby with Bundler: Rails, Rack, or a plain program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bpkit.errors import InputError, Place
from bpkit.languages.detected import (
    Candidate,
    Detected,
    Fact,
    ProjectWishes,
    Values,
    choose,
    no_such_program,
)
from bpkit.languages.dockerfile_words import argv, copied, words
from bpkit.languages.listing import Listing
from bpkit.languages.naming import image_name
from bpkit.languages.port_numbers import port_of_command
from bpkit.languages.ports import listening
from bpkit.languages.runtime_files import writing_note, written_places
from bpkit.languages.start import StartCommand, as_stated, environment_values
from bpkit.languages.stated import stated_commands
from bpkit.languages.versions import pinned_version, release_fact, short, version_of_base
from bpkit.languages.writable import make_writable

RELEASES = ("2.6", "2.7", "3.0", "3.1", "3.2", "3.3", "3.4")
_STARTS = ("main.rb", "app.rb", "server.rb", "bot.rb", "run.rb", "application.rb", "web.rb")
_CHECK = "require 'socket'; TCPSocket.new('127.0.0.1', {port}).close"
_USER = "65532:65532"
#: Gems that are compiled against libraries: Debian's packages for the build, for what ships.
_GEMS = {
    "pg": ("libpq-dev", "libpq5"),
    "mysql2": ("default-libmysqlclient-dev", "libmariadb3"),
    "sqlite3": ("libsqlite3-dev", "libsqlite3-0"),
    "rmagick": ("libmagickwand-dev", "libmagickwand-6.q16-6"),
    "mini_magick": ("", "imagemagick"),
    "ruby-vips": ("", "libvips42"),
    "image_processing": ("", "libvips42"),
    "charlock_holmes": ("libicu-dev", "libicu72"),
    "rugged": ("cmake libssl-dev", "libssl3"),
    "curb": ("libcurl4-openssl-dev", "libcurl4"),
    "idn-ruby": ("libidn-dev", "libidn12"),
    "tiny_tds": ("freetds-dev", "libsybdb5"),
    "execjs": ("", "nodejs"),
    "therubyracer": ("", "nodejs"),
}


def sign(listing: Listing) -> str | None:
    """A Gemfile, a config.ru, or a lone program."""
    alone = next((f for f in listing.in_folder("") if f.endswith(".rb")), None)
    return listing.first("Gemfile", "config.ru") or alone


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """Ruby's version, the lock file, what starts and its port."""
    version = ruby_version(listing)
    locked = "Gemfile.lock" in listing
    command = _command(listing, wishes)
    at = wishes.port or command.port
    if wishes.port and command.port and command.port != wishes.port:
        command = command.on_port(wishes.port)
    gems = _gems(listing)
    build = ["build-essential", "git", "libyaml-dev", "pkg-config"] if gems else []
    runtime: list[str] = []
    for gem, (for_build, for_runtime) in _GEMS.items():
        if gem in gems:
            build += for_build.split() if gems else []
            runtime += for_runtime.split()
    is_rails = "bin/rails" in listing or "rails" in gems
    has_assets = (
        is_rails
        and bool(
            gems & {"sprockets-rails", "propshaft", "sprockets", "sassc-rails", "importmap-rails"}
            or "rails" in gems
        )
        and listing.has_folder("app/assets")
    )
    places = written_places(listing, listing.sources(".rb"))
    folders = ("tmp", "log", "storage", "db") if is_rails else ()
    environment = {
        **(
            {"RAILS_ENV": "production", "RAILS_LOG_TO_STDOUT": "1", "RAILS_SERVE_STATIC_FILES": "1"}
            if is_rails
            else {}
        ),
        **command.environment,
    }
    if "config.ru" in listing and not is_rails:
        environment = {"RACK_ENV": "production", **environment}
    facts = (
        version,
        *([Fact("lock file", "Gemfile.lock", "Gemfile.lock")] if locked else []),
        command.fact,
        *(
            [Fact("port", at, wishes.source_of("port") if wishes.port else command.port_file)]
            if at
            else []
        ),
    )
    has_gemfile = "Gemfile" in listing
    paths = re.findall(
        r"^\s*gem\s[^#\n]*\bpath:\s*['\"](?:\./)?([\w./-]+)['\"]", listing.text("Gemfile"), re.M
    )
    files = [
        f for f in ("Gemfile", "Gemfile.lock", ".ruby-version", ".tool-versions") if f in listing
    ]
    gemspecs = (
        [f for f in listing.in_folder("") if f.endswith(".gemspec")]
        if re.search(r"^\s*gemspec\b", listing.text("Gemfile"), re.M)
        else []
    )
    values: Values = {
        "ruby_version": version.value,
        "manifests": "." if gemspecs or paths else words(files) if has_gemfile else "",
        "member_manifests": copied(()),
        "frozen": ("true" if locked else "false") if has_gemfile else "",
        "install": "bundle install && rm -rf vendor/bundle/ruby/*/cache" if has_gemfile else "",
        "build_packages": " ".join(dict.fromkeys(build)),
        "runtime_packages": " ".join(dict.fromkeys(runtime)),
        "precompile": (
            "SECRET_KEY_BASE_DUMMY=1 SECRET_KEY_BASE=none RAILS_ENV=production"
            " bundle exec rails assets:precompile"
        )
        if has_assets
        else "",
        "make_writable": make_writable(places, _USER, *folders) if places or folders else "",
        **environment_values(environment),
        "entrypoint": command.entrypoint,
        "healthcheck": argv("ruby", "-e", _CHECK.format(port=at)) if at else "",
    }
    name = wishes.name or image_name(listing.name)
    base = wishes.base or "ruby:${RUBY_VERSION}-slim-bookworm"
    notes = [*command.notes, *writing_note(places)]
    if is_rails:
        notes.append(
            "Rails needs SECRET_KEY_BASE or RAILS_MASTER_KEY"
            " when it runs: pass it with 'docker run -e'"
        )
    return Detected("Ruby", "ruby", name, base, values, facts, at, notes=tuple(notes))


def _gems(listing: Listing) -> frozenset[str]:
    text = listing.text("Gemfile")
    named = re.findall(r"^\s*gem[\s(]+['\"]([\w-]+)", text, re.MULTILINE)
    locked = re.findall(r"^    ([\w-]+) \(", listing.text("Gemfile.lock"), re.MULTILINE)
    return frozenset((*named, *locked))


def ruby_version(listing: Listing) -> Fact:
    """The version that files of the project, or of tools, ask for."""
    what = "Ruby version"
    if pinned := re.match(r"\s*(?:ruby-)?(\d+\.\d+)", listing.text(".ruby-version")):
        return Fact(what, pinned[1], ".ruby-version")
    if tool := pinned_version(listing, "ruby"):
        return Fact(what, short(tool[0]), tool[1])
    said = re.search(r"^\s*ruby[\s(]+(['\"][^#\n)]+)", listing.text("Gemfile"), re.MULTILINE)
    terms = re.findall(r"['\"]([^'\"]+)['\"]", said[1].partition("engine")[0]) if said else []
    found = release_fact(what, RELEASES, ", ".join(terms), "Gemfile") if terms else None
    if found:
        return replace(found, value=short(found.value))
    if locked := re.search(
        r"^RUBY VERSION\s+ruby (\d+\.\d+)", listing.text("Gemfile.lock"), re.MULTILINE
    ):
        return Fact(what, locked[1], "Gemfile.lock")
    if base := version_of_base(listing, "ruby"):
        return Fact(what, short(base[0]), base[1])
    return Fact(what, RELEASES[-1])


def _command(listing: Listing, wishes: ProjectWishes) -> StartCommand:
    gems = _gems(listing)
    for stated in stated_commands(listing, wishes):
        program = stated.words[0] if stated.words else ""
        rest = [word for word in stated.words if word.endswith((".rb", ".ru"))]
        missing = [word for word in rest if word not in listing]
        known = (
            program
            in {
                "bundle",
                "ruby",
                "rackup",
                "puma",
                "rails",
                "bin/rails",
                "sh",
                "bash",
                "unicorn",
                "thin",
                "foreman",
                "rake",
                "passenger",
            }
            or program.removeprefix("./") in listing
            or program in gems
        )
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
                hint="name what the project has",
            )
    runner = ("bundle", "exec") if "Gemfile" in listing else ()
    if wishes.entry:
        file = wishes.entry.removeprefix("./")
        if file not in listing:
            raise no_such_program(
                file, [f for f in listing.files if f.endswith(".rb")], wishes.source_of("entry")
            )
        return _of_file(listing, (*runner, "ruby", file), file, wishes.source_of("entry"))
    if "bin/rails" in listing:
        words_found = ("bundle", "exec", "rails", "server", "-b", "0.0.0.0", "-p", "3000")
        return StartCommand(words_found, "bin/rails", "3000", "")
    if "config.ru" in listing:
        if "puma" in gems:
            port = _puma_port(listing)
            if port:
                return StartCommand(
                    (*runner, "puma", "-C", "config/puma.rb"), "config.ru", port, "config/puma.rb"
                )
            return StartCommand(
                (*runner, "puma", "-b", "tcp://0.0.0.0:9292"), "config.ru", "9292", ""
            )
        if "unicorn" in gems:
            return StartCommand(
                (*runner, "unicorn", "-o", "0.0.0.0", "-p", "8080"), "config.ru", "8080", ""
            )
        _check_server(listing, gems)
        return StartCommand(
            (*runner, "rackup", "-o", "0.0.0.0", "-p", "9292"), "config.ru", "9292", ""
        )
    candidates = [Candidate(one, one, 40 - at) for at, one in enumerate(_STARTS) if one in listing]
    alone = [
        f
        for f in listing.in_folder("")
        if f.endswith(".rb") and not re.match(r"(?i)config|helper|test_|.*_(?:test|spec)\.", f)
    ]
    candidates += [Candidate(one, one, 10) for one in alone]
    candidates += [
        Candidate(f, f, 20)
        for f in listing.files
        if re.fullmatch(r"(?:bin|exe)/[\w-]+", f)
        and f not in {"bin/setup", "bin/console", "bin/bundle", "bin/rake", "bin/rspec"}
    ]
    chosen = choose(candidates, wishes, "program")
    found = _of_file(
        listing,
        (*runner, "ruby", chosen.candidate.entry),
        chosen.candidate.entry,
        chosen.candidate.file,
    )
    return StartCommand(
        found.words,
        found.file,
        found.port,
        found.port_file,
        chosen.is_guess,
        (*found.notes, *chosen.notes),
        found.environment,
    )


def _check_server(listing: Listing, gems: frozenset[str]) -> None:
    """Raise InputError where no gem serves config.ru: Rack itself has no server, nor rackup."""
    rack = re.search(r"^    rack \((\d+)", listing.text("Gemfile.lock"), re.MULTILINE)
    is_old = rack is not None and int(rack[1]) < 3
    servers = {"webrick", "thin", "falcon", "iodine", "passenger", "agoo"}
    if "Gemfile" in listing and not (gems & servers and (is_old or "rackup" in gems)):
        raise InputError(
            "no gem is a server that starts config.ru",
            place=Place("Gemfile"),
            hint="run 'bundle add puma', or name the command with --cmd",
        )


def _puma_port(listing: Listing) -> str:
    text = re.sub(r"#[^\n]*", "", listing.text("config/puma.rb"))
    found = re.search(r"^\s*(?:port|bind)\b[^\n]*?(\d{4,5})", text, re.MULTILINE)
    return found[1] if found else ""


def _of_file(listing: Listing, command: tuple[str, ...], file: str, source: str) -> StartCommand:
    """A program by its file; Sinatra and WEBrick are told to listen everywhere."""
    text = listing.text(file)
    listens = listening(listing, [file, *listing.sources(".rb")])
    own = re.search(r"^\s*set\s*:port,\s*(\d{2,5})\s*$", text, re.MULTILINE)
    if own:
        # What the file sets comes after what the command line says.
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
            command, source, listens.port, listens.file, notes=tuple(_listens(listens.note))
        )
    return StartCommand(command, source)


def _listens(note: str) -> Iterator[str]:
    if note:
        yield note
