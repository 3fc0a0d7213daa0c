"""Scala with sbt: which plug-in gathers the program."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError
from tests.languages.listings import detected, fact

BUILD = 'name := "Corner Shop"\nenablePlugins(JavaAppPackaging)\n'
PLUGIN = 'addSbtPlugin("com.github.sbt" % "sbt-native-packager" % "1.10.0")\n'
FILES = {
    "build.sbt": BUILD,
    "project/plugins.sbt": PLUGIN,
    "project/build.properties": "sbt.version=1.10.2\n",
    "src/main/scala/Main.scala": "object Main extends App\n",
}


def test_the_staged_program_is_started_by_its_script() -> None:
    found = detected(FILES)
    assert (found.language, found.template) == ("Scala", "java/sbt")
    assert found.values["entrypoint"] == '["/srv/app/bin/corner-shop"]'
    assert found.values["task"] == "stage"
    assert fact(found, "build tool") == ("sbt 1.10.2", "project/build.properties")


def test_an_assembly_is_one_jar() -> None:
    found = detected({**FILES, "project/plugins.sbt": 'addSbtPlugin("x" % "sbt-assembly" % "2")\n'})
    assert found.values["task"] == "assembly"
    assert found.values["entrypoint"] == '["java", "-jar", "/srv/app/app.jar"]'


def test_without_a_packaging_plug_in_the_error_suggests_one() -> None:
    with pytest.raises(InputError, match="sbt-native-packager"):
        detected({"build.sbt": 'name := "x"\n'})


def test_the_packaged_project_of_several_is_built_in_its_directory() -> None:
    build = """lazy val core = project.in(file("core"))
lazy val web = project
  .in(file("web"))
  .enablePlugins(JavaAppPackaging)
"""
    found = detected({**FILES, "build.sbt": build})
    assert found.values["task"] == "web/stage"
    assert "web/target/universal/stage" in str(found.values["install"])
