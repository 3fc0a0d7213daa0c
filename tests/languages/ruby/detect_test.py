"""Ruby's version, and what serves a config.ru."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError
from tests.languages.listings import detected, fact


def test_all_version_bounds_in_the_gemfile_count() -> None:
    gemfile = "ruby '>= 2.5.0', '< 3.2.0'\ngem 'puma'\n"
    found = detected({"Gemfile": gemfile, "config.ru": "run App\n"})
    (version,) = (one for one in found.facts if one.what == "Ruby version")
    assert (version.value, version.allowed_by) == ("3.1", "Gemfile")


def test_the_port_set_in_sinatra_is_kept() -> None:
    app = "require 'sinatra'\nset :port, 4712\n"
    found = detected({"Gemfile": "gem 'sinatra'\n", "app.rb": app})
    assert fact(found, "port") == ("4712", "app.rb")
    assert "4567" not in str(found.values["entrypoint"])


def test_a_config_ru_without_a_server_gem_is_refused_with_the_command() -> None:
    with pytest.raises(InputError, match="bundle add puma"):
        detected({"Gemfile": "gem 'roda'\n", "config.ru": "run App\n"})
    lock = "GEM\n  specs:\n    rack (2.2.8)\n    webrick (1.8.1)\n"
    files = {"Gemfile": "gem 'roda'\n", "Gemfile.lock": lock, "config.ru": "run App\n"}
    assert "rackup" in str(detected(files).values["entrypoint"])
