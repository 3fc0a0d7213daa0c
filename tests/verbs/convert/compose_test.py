"""Scripts that build, run and copy by docker compose: its file says what of."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.errors import InputError
from bpkit.verbs.convert.result import Conversion
from tests.verbs.convert.pots import converted, lines_of

SERVICES = (
    "services:\n"
    "  kiln:\n"
    "    build:\n      context: .\n      dockerfile: Dockerfile.kiln\n"
    "      args:\n        HEAT: ${HEAT:-900}\n"
    "{more}"
    "  pots:\n    image: pots:${{TAG:-latest}}\n    build: .\n"
    "  shop:\n    image: busybox\n"
).replace("${HEAT:-900}", "${{HEAT:-900}}")
TAKE = "COPY --from=build /kiln/jug /shelf/jug\n"


def made(directory: Path, script: str, more: str = "", **texts: str) -> Conversion:
    files = {"fire.sh": f"#!/bin/sh\nset -e\n{script}", "compose.yml": SERVICES.format(more=more)}
    return converted(directory, {**files, **texts}, script="fire.sh")


@pytest.mark.parametrize(
    "carry",
    [
        "docker-compose run --name hand kiln true\ndocker cp hand:/kiln/jug jug\n",
        "docker compose up -d kiln\ndocker cp $(docker compose ps -q kiln):/kiln/jug jug\n",
        "docker compose create kiln\ndocker compose cp kiln:/kiln/jug jug\ndocker compose down\n",
        "docker-compose up --no-start kiln\ndocker cp here_kiln_1:/kiln/jug jug\n",
        "docker-compose build kiln\ndocker create --name hand here-kiln\n"
        "docker cp hand:/kiln/jug jug\n",
        "docker-compose -f compose.yml run --rm -T kiln cat /kiln/jug > jug\n",
    ],
)
def test_files_that_a_service_makes_are_copied_from_its_stage(carry: str, tmp_path: Path) -> None:
    found = made(tmp_path, f"{carry}docker-compose build pots\nrm jug\n")
    assert "COPY --from=kiln /kiln/jug /shelf/jug\n" in found.files[0].text
    assert found.commands == (
        'docker build --build-arg=HEAT="${HEAT:-900}" -t "pots:${TAG:-latest}" .',
    )
    assert not found.left


def test_a_volume_of_the_service_is_where_it_copies_to(tmp_path: Path) -> None:
    more = "    volumes:\n      - ./:/out\n    command: cp /kiln/jug /out/\n"
    found = made(tmp_path, "docker-compose run kiln\ndocker-compose build pots\nrm jug\n", more)
    assert "COPY --from=kiln /kiln/jug /shelf/jug\n" in found.files[0].text


def test_a_service_that_works_on_the_project_is_refused_with_that_reason(tmp_path: Path) -> None:
    more = "    volumes: ['.:/src']\n    command: make -C /src jug\n"
    with pytest.raises(InputError, match=r"fire\.sh:3: a container works on \., a directory"):
        made(tmp_path, "docker-compose run kiln\ndocker-compose build pots\n", more)


def test_services_started_by_up_are_left_to_the_user(tmp_path: Path) -> None:
    text = (
        "docker-compose run --name hand kiln true\ndocker cp hand:/kiln/jug jug\n"
        "docker rm hand\ndocker-compose up --build -d pots\n"
    )
    assert lines_of(made(tmp_path, text)) == {6: "runs a container: run it yourself"}


@pytest.mark.parametrize(
    ("compose", "why"),
    [
        ("services:\n  oven: {build: .}\n", "the Compose file has no service 'kiln'"),
        (
            "services:\n  kiln: {extends: x}\n",
            "service 'kiln' extends 'x', which is not declared",
        ),
        ("", "the script runs docker compose in a directory without a Compose file"),
    ],
)
def test_why_a_service_is_not_followed_is_said_with_its_line(
    compose: str, why: str, tmp_path: Path
) -> None:
    carry = "docker build -t kiln -f Dockerfile.kiln .\ndocker create --name hand kiln\n"
    text = f"{carry}docker cp hand:/kiln/jug jug\ndocker build -t pots .\nrm jug\n"
    files = {"fire.sh": f"{text}docker compose up kiln\n"}
    files |= {"compose.yml": compose} if compose else {}
    found = converted(tmp_path, files, script="fire.sh")
    assert list(lines_of(found)) == [6]
    assert why in lines_of(found)[6]


def test_the_report_says_what_to_change_in_the_compose_file(tmp_path: Path) -> None:
    text = "docker-compose run --name hand kiln true\ndocker cp hand:/kiln/jug jug\n"
    services = SERVICES.format(more="").replace("build: .\n", "build:\n      context: shop\n")
    files = {
        "fire.sh": f"{text}mv jug shop\ndocker-compose build pots\nrm shop/jug\n",
        "compose.yml": services,
        "shop/Dockerfile": "FROM busybox\nCOPY jug /shelf/jug\n",
    }
    found = converted(tmp_path, files, script="fire.sh", output="Dockerfile")
    notes = [str(note) for note in found.notes]
    assert "compose.yml:8: the service's build is now context: ., dockerfile: Dockerfile" in notes


def test_a_recipe_that_builds_by_compose_stays_as_it_is(tmp_path: Path) -> None:
    text = (
        "pots:\n\tdocker-compose run --name hand kiln true\n\tdocker cp hand:/kiln/jug jug\n"
        "\tdocker-compose build pots\n\trm jug\n"
    )
    files = {"Makefile": text, "compose.yml": SERVICES.format(more="")}
    found = converted(tmp_path, files, script="Makefile")
    assert [file.name for file in found.files if file.name == "Makefile"] == []
    assert any("the Compose file says how this is built" in n.message for n in found.notes)


def test_a_dockerfile_in_the_compose_file_is_a_stage(tmp_path: Path) -> None:
    compose = (
        "services:\n  kiln:\n    build:\n      context: .\n      dockerfile_inline: |\n"
        "        FROM busybox\n        RUN echo $$HOME > /jug\n"
        "  pots:\n    image: pots\n    build: .\n"
    )
    fire = (
        "docker compose create kiln\ndocker compose cp kiln:/jug jug\n"
        "docker compose build pots\nrm jug\n"
    )
    found = converted(tmp_path, {"compose.yml": compose, "fire.sh": fire}, script="fire.sh")
    assert found.files[0].text == (
        "FROM busybox AS build\nRUN echo $HOME > /jug\n\n"
        "FROM busybox\nCOPY --from=build /jug /shelf/jug\n"
    )


EXTENDED = """services:
  kiln:
    extends: {where}
    build:
      args: [HEAT=900, CLAY=red]
    environment: [GLAZE=blue]
  pots:
    image: pots
    build: .
"""
BASE = """  base:
    depends_on: [shop]
    command: touch /kiln/base
    environment:
      GLAZE: none
      RIM: gold
    build:
      context: .
      dockerfile: Dockerfile.kiln
      args:
        HEAT: '700'
"""


@pytest.mark.parametrize(
    ("where", "files"),
    [
        ("base", {"compose.yml": EXTENDED.format(where="base") + BASE}),
        (
            "common.yml",
            {
                "compose.yml": EXTENDED.format(where="{file: common.yml, service: base}"),
                "common.yml": f"services:\n{BASE}",
            },
        ),
    ],
)
def test_a_service_has_what_it_extends(where: str, files: dict[str, str], tmp_path: Path) -> None:
    fire = (
        "docker compose run --name hand kiln\ndocker cp hand:/kiln/jug jug\n"
        "docker compose build pots\nrm jug\n"
    )
    found = converted(tmp_path, {**files, "fire.sh": fire}, script="fire.sh")
    assert "RUN RIM=gold GLAZE=blue touch /kiln/base\n" in found.files[0].text.replace(
        "GLAZE=blue RIM=gold", "RIM=gold GLAZE=blue"
    )
    assert "--build-arg=HEAT=900 --build-arg=CLAY=red" in found.commands[0]


@pytest.mark.parametrize(
    ("extends", "why"),
    [
        ("nobody", "extends 'nobody', which is not declared"),
        ("kiln", "extends 'kiln', which extends it"),
        ("{file: none.yml, service: base}", "none.yml, which doesn't exist"),
        ("{file: deep/c.yml, service: base}", "deep/c.yml, which is in another directory"),
    ],
)
def test_a_service_that_extends_what_is_not_followed_says_so(
    extends: str, why: str, tmp_path: Path
) -> None:
    fire = "docker compose create kiln\ndocker compose cp kiln:/kiln/jug jug\ndocker build -t p .\n"
    files = {"compose.yml": EXTENDED.format(where=extends), "deep/c.yml": "", "fire.sh": fire}
    with pytest.raises(InputError) as caught:
        converted(tmp_path, files, script="fire.sh")
    assert why in str(caught.value)
