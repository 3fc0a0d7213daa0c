"""What COPY, ADD and RUN --mount take from where, read from their flags and words."""

from __future__ import annotations

import pytest

from bpkit.formats.dockerfile.copies import Copy, RunMount, copy_of, mounts_of
from bpkit.formats.dockerfile.parser import DockerfileError, Heredoc, Instruction, parse_instruction


def read(text: str, escape: str = "\\") -> Instruction:
    return parse_instruction(text + "\n", escape)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COPY a b", Copy(("a",), "b")),
        ("COPY a b /c/", Copy(("a", "b"), "/c/")),
        ('COPY ["a b", "c"]', Copy(("a b",), "c")),
        ("COPY --from=Build /a .", Copy(("/a",), ".", from_="Build")),
        ("COPY --from=0 --chown=1:2 a b", Copy(("a",), "b", from_="0", chown="1:2")),
        ("COPY --chmod=755 a b", Copy(("a",), "b", chmod="755")),
        ("COPY --link a b", Copy(("a",), "b", link=True)),
        ("COPY --link=true --parents a b", Copy(("a",), "b", link=True, parents=True)),
        ("COPY --link=False --parents=FALSE a b", Copy(("a",), "b")),
        ("COPY --exclude=*.md --exclude=x a b", Copy(("a",), "b", exclude=("*.md", "x"))),
        ("ADD https://x.org/a /", Copy(("https://x.org/a",), "/")),
        ("ADD --checksum=sha256:1 u /", Copy(("u",), "/", checksum="sha256:1")),
        ("ADD --keep-git-dir u /", Copy(("u",), "/", keep_git_dir=True)),
        ("ADD --unpack=false a /", Copy(("a",), "/", unpack=False)),
        ("ADD --unpack a /", Copy(("a",), "/", unpack=True)),
        ("COPY \\\n # c\n --from=x \\\n a \\\n\n b", Copy(("a",), "b", from_="x")),
    ],
)
def test_a_copy_is_read_from_its_flags_and_words(text: str, expected: Copy) -> None:
    assert copy_of(read(text)) == expected


def test_words_stay_as_written_until_an_environment_is_given() -> None:
    instruction = read("COPY --from=$F --chown=$U '$A'/${B:-c} \"$A d\" /$A/")
    assert copy_of(instruction) == Copy(
        ("'$A'/${B:-c}", '"$A', 'd"'), "/$A/", from_="$F", chown="$U"
    )
    instruction = read("COPY --from=$F --chown=$U '$A'/${B:-c} /$A/")
    assert copy_of(instruction, {"A": "a", "U": "me", "F": "no"}) == Copy(
        ("$A/c",), "/a/", from_="$F", chown="me"
    )


def test_the_escape_of_the_file_is_the_one_of_the_words() -> None:
    copy = copy_of(read("COPY a` C:\\x\\", "`"), {})
    assert copy == Copy(("a",), "C:\\x\\")


def test_heredocs_are_sources_beside_paths() -> None:
    copy = copy_of(read("COPY <<A x <<-'B' /d/\n1\nA\n\t2\n\tB"))
    assert copy == Copy(
        ("x",),
        "/d/",
        heredocs=(Heredoc("A", True, False, "1\n"), Heredoc("B", False, True, "\t2\n")),
    )


def test_a_json_form_has_no_heredocs() -> None:
    assert copy_of(read('COPY ["<<A", "b"]')) == Copy(("<<A",), "b")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("COPY", "needs a source and a destination"),
        ("ADD a", "needs a source and a destination"),
        ('COPY ["a"]', "needs a source"),
        ("COPY a <<E\nE", "can't have a heredoc as its destination"),
        ("COPY --link=maybe a b", "--link must be true or false"),
        ("COPY ${a b", "never closed"),
    ],
)
def test_a_copy_that_can_not_be_made_is_refused(text: str, message: str) -> None:
    with pytest.raises(DockerfileError, match=message):
        copy_of(read(text), {})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("type=cache,target=/c", RunMount("cache", target="/c")),
        ("target=/a", RunMount("bind", target="/a")),
        (
            "type=bind,from=build,source=/a,target=/b",
            RunMount("bind", from_="build", source="/a", target="/b"),
        ),
        ("type=BIND,src=a,dst=b", RunMount("bind", source="a", target="b")),
        ("Type=bind,destination=b", RunMount("bind", target="b")),
        ("type=cache,id=x,target=b,ro", RunMount("cache", target="b", id="x", readonly=True)),
        ("target=b,rw", RunMount(target="b", readonly=False)),
        ("target=b,readonly=false", RunMount(target="b", readonly=False)),
        ("target=b,readwrite=0", RunMount(target="b", readonly=True)),
        ("target=b,ro,rw", RunMount(target="b", readonly=False)),
        ('"source=a,b",target=c', RunMount(source="a,b", target="c")),
        ("from=0,target=b", RunMount(from_="0", target="b")),
        ("type=secret,id=s,required", RunMount("secret", id="s", options=(("required", "true"),))),
        (
            "type=cache,target=c,sharing=locked,mode=0700",
            RunMount("cache", target="c", options=(("sharing", "locked"), ("mode", "0700"))),
        ),
        ("type=tmpfs,target=/t,size=1", RunMount("tmpfs", target="/t", options=(("size", "1"),))),
        ("type=ssh", RunMount("ssh")),
        ("target=/$A", RunMount(target="/a")),
    ],
)
def test_a_mount_is_a_list_of_names_and_values(value: str, expected: RunMount) -> None:
    quoted = value.replace('"', '\\"')
    assert mounts_of(read(f'RUN --mount="{quoted}" x'), {"A": "a"}) == (expected,)


def test_a_run_may_have_several_mounts_or_none() -> None:
    assert mounts_of(read("RUN x")) == ()
    both = mounts_of(read("RUN --mount=target=/$A --network=none --mount=type=ssh x"))
    assert both == (RunMount(target="/$A"), RunMount("ssh"))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("target", "'target' has no value"),
        ("target=/a,ro=maybe", "readonly must be true or false"),
        ("from=$A,target=b", "can't have variables"),
        ("target=${A", "never closed"),
        ('\\"target=/a', "is not a list of name=value"),
    ],
)
def test_a_malformed_mount_is_refused(value: str, message: str) -> None:
    with pytest.raises(DockerfileError, match=message):
        mounts_of(read(f"RUN --mount={value} x"), {})
