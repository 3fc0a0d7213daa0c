"""What people do in an image beside its own command."""

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


def test_an_entry_script_that_starts_what_it_is_given_is_told() -> None:
    choice = entry(ENTRY, entrypoint=("/entry",), cmd=("till",))
    assert choice.unproven == (COMMANDS,)
    assert any("starts any command" in hint for hint in choice.hints)


def test_an_entry_script_with_a_program_of_its_own_is_not() -> None:
    choice = entry(b'#!/bin/sh\nexec till "$@"\n', entrypoint=("/entry",))
    assert choice.unproven == ()
    assert not any("starts any command" in hint for hint in choice.hints)


def test_without_an_entrypoint_any_command_may_come_and_no_path_is_proposed_for_it() -> None:
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


def test_who_logs_in_finds_the_programs_of_every_system_and_it_is_told() -> None:
    choice = sshd("sshd")
    assert {"/usr/bin/ls", "/usr/bin/awk", "/usr/bin/busybox"} <= files(choice)
    assert "/usr/bin/objdump" not in files(choice)
    assert choice.unproven == (COMMANDS, LOGINS)


def test_a_service_that_nobody_logs_in_by_brings_none_of_them() -> None:
    choice = sshd("tilld")
    assert "/usr/bin/ls" not in files(choice)
    assert choice.unproven == (COMMANDS,)


def test_an_interpreter_that_is_given_its_program_has_a_shell_and_that_is_told() -> None:
    bare = chosen(program("/usr/bin/gawk", "libc.so.6"), entrypoint=("gawk",), cmd=("{print}",))
    assert bare.unproven == (PROGRAMS,)
    assert "/usr/bin/sh" in files(bare)


def test_an_interpreter_with_its_program_in_entrypoint_is_given_none() -> None:
    nodes = (program("/usr/bin/gawk", "libc.so.6"), text("/sum.awk", b"", 0o644))
    choice = chosen(*nodes, entrypoint=("gawk", "-f", "/sum.awk"))
    assert choice.unproven == ()
    assert "/usr/bin/sh" not in files(choice)
    form = chosen(static("/app"), entrypoint=("/bin/sh", "-c", "/app --fast"))
    assert form.unproven == ()
