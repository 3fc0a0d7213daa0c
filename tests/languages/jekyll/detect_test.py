"""What a Jekyll site says: its gems, or what stands for them."""

from __future__ import annotations

from tests.languages.listings import detected, fact


def test_the_gemfile_gives_the_gems_and_the_ruby_version() -> None:
    gemfile = 'source "https://rubygems.org"\nruby "3.2.1"\ngem "jekyll", "~> 4.3"\n'
    found = detected({"_config.yml": "title: Log\n", "Gemfile": gemfile, "index.md": ""})
    assert (found.language, found.template) == ("Jekyll", "jekyll")
    assert fact(found, "Ruby version")[0] == "3.2"
    assert found.values["install"] == "bundle install"
    assert found.values["build"] == "bundle exec jekyll build"


def test_without_a_gemfile_the_gems_are_guessed_from_the_configuration() -> None:
    config = "theme: minima\nplugins:\n  - jekyll-feed\n  - jekyll-seo-tag # for search\n"
    found = detected({"_config.yml": config, "_posts/2026-01-01-a.md": ""})
    install = str(found.values["install"])
    assert install.startswith("gem install jekyll:")
    assert install.endswith("minima jekyll-feed jekyll-seo-tag")
    assert any("no Gemfile" in note for note in found.notes)


def test_a_baseurl_gets_a_note() -> None:
    found = detected({"_config.yml": "baseurl: /docs\n", "_layouts/a.html": ""})
    assert any("baseurl is /docs" in note for note in found.notes)


def test_a_hexo_site_is_not_jekyll() -> None:
    files = {
        "_config.yml": "theme: landscape\n",
        "package.json": '{"scripts": {"build": "hexo generate"}, "dependencies": {"hexo": "7"}}',
    }
    assert detected(files).language == "Node.js"
