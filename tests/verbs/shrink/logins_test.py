"""Uses of an image other than its own command."""

from __future__ import annotations

from bpkit.image.evidence import Evidence
from bpkit.image.packages import Package, Packages
from bpkit.verbs.shrink.choose import Choice, choose
from bpkit.verbs.shrink.draft import ShrinkWishes
from bpkit.verbs.shrink.result import COMMANDS, LOGINS, PROGRAMS
from bpkit.verbs.shrink.surroundings import Surroundings
from tests.verbs.check.made import link, program, static, text
from tests.verbs.shrink.made import chosen, fat, files

ENTRY = b'#!/bin/sh\nexec "$@"\n'


def entry(script: bytes, **config: tuple[str, ...]) -> Choice:
    known = {"/entry": Evidence(script=script.decode(), texts=frozenset())}
    node = text("/entry", script)
    nodes = (node, static("/usr/bin/till"))
    return chosen(*nodes, evidence=known, wishes=None, **config)


def test_an_entry_script_that_starts_its_arguments_is_reported() -> None:
    choice = entry(ENTRY, entrypoint=("/entry",), cmd=("till",))
    assert choice.unproven == (COMMANDS,)
    assert any("starts any command" in hint for hint in choice.hints)


def test_an_entry_script_with_its_own_program_is_not_reported() -> None:
    choice = entry(b'#!/bin/sh\nexec till "$@"\n', entrypoint=("/entry",))
    assert choice.unproven == ()
    assert not any("starts any command" in hint for hint in choice.hints)


def test_without_an_entrypoint_other_commands_are_reported_but_not_proposed() -> None:
    choice = chosen(static("/app"), cmd=("/app",))
    assert choice.unproven == (COMMANDS,)
    assert choice.hints == ()


def sshd(name: str) -> Choice:
    nodes = (
        program(f"/usr/sbin/{name}", "libc.so.6"),
        program("/usr/bin/ls", "libc.so.6"),
        program("/usr/bin/objdump", "libc.so.6"),
        static("/usr/bin/busybox"),
        link("/usr/bin/awk", "/usr/bin/busybox"),
    )
    packages = Packages(
        {
            "coreutils": Package("coreutils", ("/usr/bin/ls",), system=True),
            "binutils": Package("binutils", ("/usr/bin/objdump",), automatic=True),
        }
    )
    subject = fat(*nodes, cmd=(f"/usr/sbin/{name}",))
    return choose(subject, {}, ShrinkWishes(), Surroundings(base=subject.rootfs, packages=packages))


def test_programs_for_logins_are_kept_with_a_note() -> None:
    choice = sshd("sshd")
    assert {"/usr/bin/ls", "/usr/bin/awk", "/usr/bin/busybox"} <= files(choice)
    assert "/usr/bin/objdump" not in files(choice)
    assert choice.unproven == (COMMANDS, LOGINS)


def test_a_service_without_logins_keeps_no_programs_for_logins() -> None:
    choice = sshd("tilld")
    assert "/usr/bin/ls" not in files(choice)
    assert choice.unproven == (COMMANDS,)


def test_an_interpreter_without_a_program_keeps_a_shell_with_a_note() -> None:
    bare = chosen(program("/usr/bin/gawk", "libc.so.6"), entrypoint=("gawk",), cmd=("{print}",))
    assert bare.unproven == (PROGRAMS,)
    assert "/usr/bin/sh" in files(bare)


def test_an_interpreter_with_its_program_in_entrypoint_gets_no_shell() -> None:
    nodes = (program("/usr/bin/gawk", "libc.so.6"), text("/sum.awk", b"", 0o644))
    choice = chosen(*nodes, entrypoint=("gawk", "-f", "/sum.awk"))
    assert choice.unproven == ()
    assert "/usr/bin/sh" not in files(choice)
    form = chosen(static("/app"), entrypoint=("/bin/sh", "-c", "/app --fast"))
    assert form.unproven == ()
