"""Several rules on one image, and the lines of a Dockerfile that they name."""

from __future__ import annotations

from bpkit.errors import Place
from bpkit.formats.dockerfile.parser import parse
from bpkit.formats.dockerfile.stage import stages
from bpkit.formats.elf.clues import Clues
from bpkit.image.config import ImageConfig
from bpkit.image.subject import Subject, places_of
from bpkit.verbs.check.table import check_image
from tests.verbs.check.made import (
    binary,
    elf,
    glibc,
    library,
    program,
    rootfs,
    static,
    subject,
    text,
)
from tests.verbs.check.spec import command, ids


def test_libc_before_2_34_needs_its_resolver_modules() -> None:
    old = (
        *glibc()[:3],
        binary(
            "/usr/lib/x86_64-linux-gnu/libc.so.6",
            elf(soname="libc.so.6", offers=frozenset({"GLIBC_2.2.5", "GLIBC_2.31"})),
        ),
    )
    app = program("/app", "libc.so.6", clues=Clues(resolver=True))
    assert ids(subject(*old, app, **command("/app"))) == ["BPK145"]
    module = library("/usr/lib/x86_64-linux-gnu/libnss_dns.so.2")
    assert ids(subject(*old, module, app, **command("/app"))) == []
    assert ids(subject(*glibc(), app, **command("/app"))) == []


def test_an_older_library_is_one_finding_for_all_missing_versions() -> None:
    wants = {"libc.so.6": ("GLIBC_2.37", "GLIBC_2.38")}
    app = binary("/app", elf("libc.so.6", interpreter="/lib64/ld-linux-x86-64.so.2", wants=wants))
    (finding,) = [
        f for f in check_image(subject(*glibc(), app, **command("/app"))) if f.rule.id == "BPK114"
    ]
    assert "GLIBC_2.37, GLIBC_2.38" in finding.message
    assert "ends with GLIBC_2.36" in finding.message


DOCKERFILE = """\
FROM gcc AS build
RUN gcc -o /app app.c
FROM alpine
WORKDIR /srv
COPY --from=build /app ./
COPY --from=build /tool /usr/bin/
USER 65532
ENTRYPOINT ["./app"]
"""


def of_dockerfile(*nodes: object, **config: object) -> Subject:
    places = places_of(stages(parse(DOCKERFILE)).last, "labs/one")
    image = ImageConfig(entrypoint=("./app",), user="65532", workdir="/srv", **config)  # type: ignore[arg-type]
    return Subject(
        rootfs(*nodes),  # type: ignore[arg-type]
        image,
        places,
        tuple(path for path, _ in places.copies),
    )


def test_a_fault_of_a_file_is_at_the_line_that_copied_it() -> None:
    (finding,) = check_image(of_dockerfile(program("/srv/app", "libc.so.6")))
    assert finding.rule.id == "BPK112"
    assert finding.place == Place("labs/one/Dockerfile", 5)


def test_a_fault_of_the_command_is_at_the_line_of_the_command() -> None:
    (finding,) = check_image(of_dockerfile())
    assert (finding.rule.id, finding.place) == ("BPK102", Place("labs/one/Dockerfile", 8))


def test_an_artifact_beside_the_command_is_a_warning_only() -> None:
    nodes = (static("/srv/app"), program("/usr/bin/tool", "libc.so.6"))
    (finding,) = check_image(of_dockerfile(*nodes))
    assert (finding.rule.id, finding.severity) == ("BPK116", "warning")
    assert finding.place == Place("labs/one/Dockerfile", 6)


def test_a_file_that_is_not_a_program_is_not_an_artifact() -> None:
    assert check_image(of_dockerfile(static("/srv/app"), text("/usr/bin/tool", b"a,b\n"))) == ()


def test_programs_in_a_directory_that_was_copied_are_artifacts_too() -> None:
    nodes = (static("/srv/app"), program("/srv/tool", "libc.so.6"), library("/srv/x.so", "gone.so"))
    (finding,) = check_image(of_dockerfile(*nodes))
    assert (finding.rule.id, finding.subject) == ("BPK116", "/srv/tool")
