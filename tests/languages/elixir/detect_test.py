"""Which release a Mix project makes, and what Phoenix is given."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError
from tests.languages.listings import detected, fact

MIX = """defmodule Shop.MixProject do
  def project do
    [app: :shop, elixir: "~> 1.16", deps: deps(), aliases: ["assets.deploy": ["phx.digest"]]]
  end

  def application do
    [mod: {Shop.Application, []}]
  end

  defp deps do
    [{:phoenix, "~> 1.7"}]
  end
end
"""
RUNTIME = """port = String.to_integer(System.get_env("PORT") || "4111")
secret = System.get_env("SECRET_KEY_BASE")
"""


def test_phoenix_serves_on_the_port_of_its_configuration() -> None:
    found = detected({"mix.exs": MIX, "mix.lock": "", "config/runtime.exs": RUNTIME})
    assert (found.language, found.name, found.port) == ("Elixir", "shop", "4111")
    assert fact(found, "port") == ("4111", "config/runtime.exs")
    assert found.values["entrypoint"] == '["/srv/app/bin/shop", "start"]'
    assert found.values["assets_build"] == "mix assets.deploy"
    assert "PHX_SERVER" in found.values["variables"]
    assert any("SECRET_KEY_BASE" in note for note in found.notes)


def test_a_release_without_packages_fetches_none() -> None:
    mix = MIX.replace('{:phoenix, "~> 1.7"}', "").replace("assets.deploy", "other")
    found = detected({"mix.exs": mix, "lib/shop.ex": "@port 4222\n:gen_tcp.listen(@port, [])\n"})
    assert found.values["install"] == found.values["tools"] == ""
    assert found.port == "4222"


def test_a_library_is_not_a_program() -> None:
    with pytest.raises(InputError, match="starts no application"):
        detected({"mix.exs": MIX.replace("mod: {Shop.Application, []}", "")})


def test_an_umbrella_has_to_name_its_release() -> None:
    umbrella = 'defmodule U do\n def project do\n [apps_path: "apps"]\n end\nend\n'
    with pytest.raises(InputError, match="doesn't name a release"):
        detected({"mix.exs": umbrella})
    named = umbrella.replace('"apps"', '"apps", releases: [all: [applications: [a: :permanent]]]')
    assert fact(detected({"mix.exs": named}), "release")[0] == "all"
