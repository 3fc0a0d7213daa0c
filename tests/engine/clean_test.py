"""``bpkit clean`` on real engines: all that is the project's goes, and nothing else."""

from __future__ import annotations

import json

from tests.engine.pair_project import NOTHING, PairProject

#: Several stages, the one that ships built on none of the others.
STAGES = """\
FROM busybox AS made
LABEL of={name}
COPY greeting /greet
RUN sh -n /greet && chmod 755 /greet && echo more >/more
FROM busybox
COPY --from=made /greet /app/greet
WORKDIR /app
CMD ["./greet"]
"""


def clean(pair: PairProject, *arguments: str) -> dict[str, list[str]]:
    """What ``clean --yes`` has found and removed."""
    done = pair.bpkit("clean", "--name", pair.name, "-t", pair.name, "--yes", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def test_what_somebody_made_of_our_image_is_left_alone(pair: PairProject) -> None:
    """An image that stands on ours, another name of ours, and a container of ours."""
    docker = pair.engine.docker
    assert pair.build().returncode == 0
    theirs, alias = f"theirs-{pair.name}", f"alias-{pair.name}:1"
    above = pair.directory.parent / "above"
    above.mkdir()
    (above / "Dockerfile").write_text(f"FROM {pair.name}\nCOPY Dockerfile /mine\n")
    docker("build", "--label", pair.engine.label, "-t", theirs, str(above))
    docker("tag", f"{pair.name}-build", alias)
    container = docker("create", "--label", pair.engine.label, theirs)
    of_ours = docker("create", "--label", pair.engine.label, alias)

    found = clean(pair)

    assert set(found["removed"]) == {f"{pair.full_name}:latest", f"{pair.full_name}-build:latest"}
    assert found["containers"] == []
    assert not pair.has(pair.name)
    assert not pair.has(f"{pair.name}-build")
    assert docker("run", "--rm", theirs) == "hello"
    assert {docker("inspect", "-f", "{{.Id}}", one) for one in (container, of_ours)} == {
        container,
        of_ours,
    }
    docker("rm", container, of_ours)
    docker("rmi", theirs, alias)


def test_the_stages_that_the_classic_builder_leaves_are_removed(pair: PairProject) -> None:
    for name in ("Dockerfile.build", "Dockerfile.runtime"):
        (pair.directory / name).unlink()
    (pair.directory / "Dockerfile").write_text(STAGES.format(name=pair.name))
    assert pair.build().returncode == 0
    assert pair.says() == "hello"
    left = nameless(pair)
    assert left <= set(pair.images()), "an image <none> that nobody owns"
    if pair.engine.flavour == "classic":
        assert left
    clean(pair)
    assert pair.images() == []
    assert nameless(pair) == set()


def nameless(pair: PairProject) -> set[str]:
    """The images <none> that come of this project's Dockerfile, labelled by bpkit or not."""
    filters = ("--filter", "dangling=true", "--filter", f"label=of={pair.name}")
    return set(pair.engine.docker("images", "-q", "--no-trunc", *filters).split())


def test_generated_files_go_only_as_long_as_they_are_ours(pair: PairProject) -> None:
    assert pair.bpkit("script", "--makefile").returncode == 0
    makefile = pair.directory / "Makefile"
    makefile.write_text(makefile.read_text() + "mine:\n")
    found = clean(pair)
    assert found["removed"] == ["setup_builder_pattern.sh"]
    assert makefile.read_text().endswith("mine:\n")
    assert not (pair.directory / "setup_builder_pattern.sh").exists()


def test_dry_run_and_a_missing_terminal_remove_nothing(pair: PairProject) -> None:
    assert pair.build().returncode == 0
    listed = pair.bpkit("clean", "--name", pair.name, "-t", pair.name, "--dry-run")
    assert listed.returncode == 0
    assert f"image      {pair.full_name}:latest" in listed.stdout
    refused = pair.bpkit("clean", "--name", pair.name, "-t", pair.name)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert pair.says() == "hello"
    clean(pair)
    assert pair.images() == []
    assert pair.left() == NOTHING
