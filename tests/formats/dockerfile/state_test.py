"""What an instruction finds: environment, directory, user, shell and command, in order."""

from __future__ import annotations

import pytest

from bpkit.errors import Place
from bpkit.formats.dockerfile.parser import DockerfileError, parse
from bpkit.formats.dockerfile.stage import stages
from bpkit.formats.dockerfile.state import StageState, final_state, walk


def state_of(text: str, number: int = -1, **build_args: str) -> StageState:
    read = stages(parse(text), build_args)
    return final_state(read.stages[number], {}, build_args)


def test_the_state_is_the_one_before_the_instruction() -> None:
    (stage,) = stages(parse("FROM a\nENV A=1\nENV A=2\nRUN b\n"))
    assert [state.env.get("A") for _, state in walk(stage)] == [None, "1", "2"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("ENV A=b", "b"),
        ("ENV A b c", "b c"),
        ("ENV A='b c'\\ d", "b c d"),
        ("ENV B=b\nENV A=$B$B", "bb"),
        ("ENV A=a\nENV A=b B=$A\nENV A=$B", "a"),
        ("ENV N=A\nENV $N=b", "b"),
        ("ENV A=${B:-c}", "c"),
        ("ARG A=b", "b"),
        ("ARG B=b\nARG A=$B", "b"),
        ("ENV A=b\nARG A=c", "c"),
        ("ARG A=c\nENV A=b", "b"),
        ("ENV A=b\nARG A", "b"),
        ("ARG A", None),
        ("RUN A=b", None),
    ],
)
def test_env_and_arg_set_what_later_instructions_see(lines: str, expected: str | None) -> None:
    assert state_of(f"FROM a\n{lines}\n").env.get("A") == expected


def test_only_env_reaches_the_image() -> None:
    state = state_of("FROM a\nARG A=b\nENV C=$A\n")
    assert state.image_env == {"C": "b"}
    assert state.env == {"A": "b", "C": "b"}


def test_a_build_argument_overrides_a_declared_default_only() -> None:
    assert state_of("FROM a\nARG A=b\n", A="c").env["A"] == "c"
    assert "A" not in state_of("FROM a\nENV B=$A\n", A="c").env


def test_a_global_arg_has_to_be_declared_again() -> None:
    assert state_of("ARG A=b\nFROM a\nENV C=$A\n").env["C"] == ""
    assert state_of("ARG A=b\nFROM a\nARG A\nENV C=$A\n").env["C"] == "b"
    assert state_of("ARG A=b\nFROM a\nARG A=d\nENV C=$A\n").env["C"] == "d"


def test_a_stage_of_its_own_sees_nothing_of_another() -> None:
    assert state_of("FROM a\nARG A=1\nENV B=2\nFROM b\n").env == {}


def test_a_stage_that_starts_from_another_goes_on_with_its_state() -> None:
    text = 'FROM a AS x\nARG A=1\nENV B=2\nWORKDIR /x\nUSER me\nSHELL ["/s"]\nFROM x\nWORKDIR y\n'
    state = state_of(text)
    assert state.env == {"A": "1", "B": "2"}
    assert (state.workdir, state.user, state.shell) == ("/x/y", "me", ("/s",))


def test_the_triggers_of_a_stage_run_in_the_one_that_starts_from_it_and_only_there() -> None:
    text = "FROM a AS x\nONBUILD ENV A=${A}1\nFROM x AS y\nFROM y\n"
    assert "A" not in state_of(text, 0).env
    assert state_of(text, 1).env["A"] == "1"
    assert state_of(text, 2).env["A"] == "1"


@pytest.mark.parametrize(
    ("lines", "workdir"),
    [
        ("WORKDIR /a", "/a"),
        ("WORKDIR a", "/a"),
        ("WORKDIR /a\nWORKDIR b/c", "/a/b/c"),
        ("WORKDIR /a/b\nWORKDIR ../c", "/a/c"),
        ("WORKDIR /a b", "/a b"),
        ("ENV D=d\nWORKDIR /a/$D", "/a/d"),
        ("WORKDIR '/a b'", "/a b"),
        ("RUN cd /x", "/"),
    ],
)
def test_a_directory_is_joined_to_the_one_before(lines: str, workdir: str) -> None:
    state = state_of(f"FROM scratch\n{lines}\n")
    assert state.workdir == workdir
    assert state.workdir_known


def test_a_directory_is_doubtful_where_the_base_is() -> None:
    (stage,) = stages(parse("FROM a\nWORKDIR b\n"))
    assert not final_state(stage).workdir_known
    assert final_state(stage, base_workdir="/x").workdir == "/x/b"
    assert final_state(stage, base_workdir="/x").workdir_known
    (stage,) = stages(parse("FROM a\nWORKDIR b\nWORKDIR /c\n"))
    assert final_state(stage).workdir_known


@pytest.mark.parametrize(
    ("lines", "entrypoint", "cmd"),
    [
        ("RUN x", None, None),
        ('CMD ["a", "b"]', None, ("a", "b")),
        ("CMD a  b", None, ("/bin/sh", "-c", "a  b")),
        ('SHELL ["/bin/bash", "-ec"]\nCMD a', None, ("/bin/bash", "-ec", "a")),
        ('CMD ["a"]\nENTRYPOINT ["b"]', ("b",), ("a",)),
        ("ENTRYPOINT []\nCMD []", (), ()),
    ],
)
def test_a_command_in_shell_form_has_the_shell_in_front(
    lines: str, entrypoint: tuple[str, ...] | None, cmd: tuple[str, ...] | None
) -> None:
    state = state_of(f"FROM a\n{lines}\n")
    assert (state.entrypoint, state.cmd) == (entrypoint, cmd)


def test_an_entrypoint_drops_an_inherited_command_but_not_its_own() -> None:
    assert state_of('FROM a AS x\nCMD ["c"]\nFROM x\nENTRYPOINT ["e"]\n').cmd is None
    assert state_of('FROM a AS x\nCMD ["c"]\nFROM x\nUSER me\n').cmd == ("c",)
    text = 'FROM a AS x\nCMD ["c"]\nFROM x\nCMD ["d"]\nENTRYPOINT ["e"]\n'
    assert state_of(text).cmd == ("d",)


def test_a_variable_of_an_unknown_base_is_unresolved() -> None:
    (stage,) = stages(parse("FROM a\nENV A=1\n"))
    unknown = final_state(stage)
    assert unknown.unresolved("$A/$PATH") == {"PATH"}
    known = final_state(stage, {"PATH": "/bin"})
    assert known.unresolved("$A/$PATH/$B") == frozenset()
    assert known.env == {"PATH": "/bin", "A": "1"}


def test_what_only_a_build_knows_stays_unresolved_through_others() -> None:
    state = state_of("FROM a\nARG TARGETARCH\nENV A=x-$TARGETARCH B=1\nARG C=$A\n")
    assert state.unresolved("$A") == {"A"}
    assert state.unresolved("$C") == {"C"}
    assert state.unresolved("$B") == frozenset()
    given = state_of("FROM a\nARG TARGETARCH\nENV A=x-$TARGETARCH\n", TARGETARCH="arm")
    assert given.env["A"] == "x-arm"
    assert given.unresolved("$A") == frozenset()


def test_a_variable_that_must_be_set_is_asked_for_with_its_line() -> None:
    with pytest.raises(DockerfileError, match="V: pass it") as caught:
        state_of("FROM a\nARG V\nWORKDIR /${V:?pass it}\n")
    assert caught.value.place == Place("Dockerfile", 3)
