"""``bpkit images`` and ``doctor`` on real engines: what they say is what docker says."""

from __future__ import annotations

import json

from tests.engine.pair_project import PairProject


def test_the_list_says_what_docker_says_and_what_is_saved(pair: PairProject) -> None:
    build = pair.directory / "Dockerfile.build"
    build.write_text(build.read_text() + "RUN dd if=/dev/zero of=/ballast bs=1M count=3\n")
    assert pair.build().returncode == 0
    sizes = {
        tag: int(pair.engine.docker("image", "inspect", "-f", "{{.Size}}", tag))
        for tag in (pair.name, f"{pair.name}-build")
    }
    large, small = sizes[f"{pair.name}-build"], sizes[pair.name]
    assert large - small > 3_000_000
    done = pair.bpkit("images", "--name", pair.name, "--json")
    shown = {image["role"]: image for image in json.loads(done.stdout)["images"]}
    assert shown["build"]["size"] == large
    assert shown["runtime"]["size"] == small
    reduction = shown["runtime"]["reduction"]
    assert reduction["of"] == shown["build"]["id"]
    assert reduction["bytes"] == large - small
    assert reduction["per_cent"] == round(100 * (large - small) / large, 2)
    assert reduction["factor"] == round(large / small, 2)

    table = pair.bpkit("images", "--name", pair.name).stdout
    listed = pair.engine.docker(
        *("images", "--format", "{{.Repository}} {{.Tag}} {{.ID}} {{.Size}}", pair.name)
    )
    row = next(line.split() for line in table.splitlines() if line.startswith(f"{pair.name} "))
    repository, tag, identity, size = listed.split(maxsplit=3)
    # podman shows the names that it completes itself in full.
    assert row[:3] == [repository.removeprefix("localhost/"), tag, identity]
    # It writes a space before the unit, and docker does not.
    assert size.replace(" ", "") in row


def test_doctor_sees_the_engine_and_its_builder(pair: PairProject) -> None:
    done = pair.bpkit("doctor", "--json")
    assert done.returncode == 0, done.stderr
    found = {item["name"]: item for item in json.loads(done.stdout)["items"]}
    version = pair.engine.docker("version", "-f", "{{.Server.Version}}")
    assert version in found["engine"]["found"]
    field = "Store.GraphDriverName" if pair.engine.flavour == "podman" else "Driver"
    driver = pair.engine.docker("info", "-f", f"{{{{.{field}}}}}")
    assert found["storage"]["found"].startswith(driver)
    if pair.engine.flavour == "classic":
        assert found["builder"]["found"].startswith("classic:")
        by_variable = pair.bpkit("doctor", "--json", DOCKER_BUILDKIT="1")
        assert '"BuildKit' in by_variable.stdout
    if pair.engine.flavour == "modern":
        assert found["builder"]["found"] == "BuildKit, by the buildx plugin"
