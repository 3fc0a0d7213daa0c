"""Spring Boot's layers, by its releases."""

from __future__ import annotations

import pytest

from bpkit.languages.java.spring import boot_version, layers
from tests.languages.listings import detected

POM = """<project><modelVersion>4.0.0</modelVersion>
<parent><groupId>org.springframework.boot</groupId>
<artifactId>spring-boot-starter-parent</artifactId><version>{}</version></parent>
<artifactId>shop</artifactId><version>1</version>
<build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>
</project>"""


@pytest.mark.parametrize(
    ("release", "start"),
    [
        ("3.4.1", '["java", "-jar", "/srv/app/app.jar"]'),
        ("3.2.0", '["java", "org.springframework.boot.loader.launch.JarLauncher"]'),
        ("2.7.18", '["java", "org.springframework.boot.loader.JarLauncher"]'),
        ("2.3.0.RELEASE", '["java", "-jar", "/srv/app/app.jar"]'),
    ],
)
def test_each_release_is_started_in_its_own_way(release: str, start: str) -> None:
    found = detected({"pom.xml": POM.format(release)})
    assert found.values["entrypoint"] == start
    assert bool(found.values["layers"]) == (release != "2.3.0.RELEASE")


def test_the_layer_that_changes_most_often_comes_last() -> None:
    made = layers((3, 5), "x/app.jar")
    assert made is not None
    assert made[1]["layers"][-1] == "application"


@pytest.mark.parametrize(
    "text",
    [
        "plugins { id 'org.springframework.boot' version '3.4.0' }",
        'id("org.springframework.boot") version "3.4.0"',
        'springBoot = "3.4.0"',
        'spring-boot = { id = "org.springframework.boot", version = "3.4.0" }',
    ],
)
def test_gradle_and_its_version_catalog_give_the_release(text: str) -> None:
    assert boot_version("", text) == (3, 4)
