"""What a Hugo site says: the release, the theme, and what its build has to be given."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError
from tests.languages.listings import detected, fact

SITE = {"hugo.toml": 'baseURL = "/"\n', "content/_index.md": "# Hi\n"}


def test_the_release_is_the_one_set_for_the_hosting_service() -> None:
    found = detected({**SITE, "netlify.toml": '[build.environment]\nHUGO_VERSION = "0.148.1"\n'})
    assert (found.language, found.template, found.port) == ("Hugo", "hugo", "8080")
    assert fact(found, "Hugo version") == ("0.148.1", "netlify.toml")


def test_a_release_that_is_not_on_pypi_is_replaced_with_a_note() -> None:
    found = detected({**SITE, ".tool-versions": "hugo 0.80.0\n"})
    (version,) = (one for one in found.facts if one.what.startswith("Hugo version"))
    assert version.is_guess
    assert any("0.80.0" in note for note in found.notes)


def test_a_theme_that_is_an_empty_submodule_is_refused_with_the_command() -> None:
    files = {
        "hugo.toml": 'theme = "plain"\n',
        ".gitmodules": "[submodule]\n\tpath = themes/plain\n",
        "content/a.md": "",
    }
    with pytest.raises(InputError, match="git submodule update --init"):
        detected(files)


def test_modules_and_node_packages_bring_their_tools() -> None:
    found = detected(
        {**SITE, "go.mod": "module site\n", "package.json": "{}", "package-lock.json": "{}"}
    )
    assert found.language == "Hugo"
    assert {"golang-go", "npm"} <= set(str(found.values["build_packages"]).split())
    assert found.values["install"] == "npm ci"


def test_an_unrelated_config_toml_is_not_a_site() -> None:
    with pytest.raises(InputError, match="no language"):
        detected({"config.toml": "[server]\nport = 1\n"})
