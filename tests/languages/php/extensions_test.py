"""Which extensions a PHP project needs that states none."""

from __future__ import annotations

import pytest

from tests.languages.listings import detected, fact

PAGE = "<?php\n$at = new mysqli($host, $user);\n"


@pytest.mark.parametrize(
    ("source", "extensions"),
    [
        (PAGE, "mysqli"),
        ("<?php $at = new PDO('mysql:host=' . $host);", "pdo_mysql"),
        ("<?php $zip = new ZipArchive; echo bcadd('1', '2');", "zip bcmath"),
        ("<?php if (class_exists('ZipArchive')) { $zip = new ZipArchive; }\nnew mysqli;", "mysqli"),
        ("<?php if (extension_loaded('mysqli')) { mysqli_connect($host); }", "mysqli"),
    ],
)
def test_extensions_that_the_sources_call_are_installed(source: str, extensions: str) -> None:
    found = detected({"index.php": "<?php require 'lib/db.php';", "lib/db.php": source})
    assert fact(found, "extensions") == (extensions, "lib/db.php")
    assert found.values["extensions"] == extensions


def test_composer_json_decides_instead_of_the_sources() -> None:
    manifest = '{"name": "x/lamp", "require": {"ext-gd": "*"}}'
    found = detected({"index.php": PAGE, "composer.json": manifest})
    assert fact(found, "extensions") == ("gd", "composer.json")
