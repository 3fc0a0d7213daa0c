"""The files chosen for each kind of program, without an engine."""

from __future__ import annotations

from typing import Any

import pytest

from bpkit.errors import InputError
from bpkit.findings import worst
from bpkit.formats.elf.clues import Clues
from bpkit.image.evidence import Evidence
from bpkit.image.rootfs import Node
from bpkit.image.subject import Subject
from bpkit.verbs.check.table import check_image
from bpkit.verbs.shrink.choose import Choice, choose
from bpkit.verbs.shrink.draft import ShrinkWishes
from bpkit.verbs.shrink.learned import Learned, LearnedCommand
from bpkit.verbs.shrink.surroundings import Surroundings
from bpkit.verbs.shrink.users import NONROOT
from tests.verbs.check.made import directory, library, link, program, static, text
from tests.verbs.shrink.made import ACCOUNTS, LIBC, LIBRARIES, chosen, fat, files


def test_nothing_but_a_static_program_is_kept() -> None:
    choice = chosen(static("/app/server"), entrypoint=("/app/server",))
    assert files(choice) == {"/app/server"}


def test_a_dynamic_program_gets_its_loader_its_libraries_and_their_links() -> None:
    choice = chosen(program("/app", "libz.so.1", "libc.so.6"), entrypoint=("/app",))
    zlib = {f"{LIBRARIES}/libz.so.1", f"{LIBRARIES}/libz.so.1.2.13"}
    assert files(choice) == {"/app"} | LIBC | zlib


def test_what_is_chosen_passes_the_check() -> None:
    choice = chosen(program("/app", "libz.so.1", "libc.so.6"), entrypoint=("/app",))
    findings = check_image(Subject(choice.rootfs, choice.config))
    assert worst(findings) is None


def test_a_library_that_is_opened_later_is_kept_with_its_own() -> None:
    plugin = library("/usr/lib/x86_64-linux-gnu/libplug.so", "libz.so.1")
    evidence = {"/app": Evidence(clues=Clues(opens=("libplug.so",)))}
    nodes = (program("/app", "libc.so.6"), plugin)
    choice = chosen(*nodes, evidence=evidence, entrypoint=("/app",))
    assert {plugin.path, f"{LIBRARIES}/libz.so.1.2.13"} <= files(choice)


def test_ca_certificates_are_kept_only_if_the_program_looks_for_them() -> None:
    roots = "/etc/ssl/certs/ca-certificates.crt"
    evidence = {"/app": Evidence(clues=Clues(tls_roots=True))}
    assert roots in files(chosen(static("/app"), evidence=evidence, entrypoint=("/app",)))
    assert roots not in files(chosen(static("/app"), entrypoint=("/app",)))


def test_openssl_gets_the_path_of_the_certificates() -> None:
    choice = chosen(program("/app", "libssl.so.3", "libc.so.6"), entrypoint=("/app",))
    assert choice.config.env["SSL_CERT_FILE"] == "/etc/ssl/certs/ca-certificates.crt"
    assert "/etc/ssl/certs/ca-certificates.crt" in files(choice)


def test_names_of_users_are_kept_if_they_are_looked_up() -> None:
    evidence = {"/app": Evidence(clues=Clues(accounts=True))}
    choice = chosen(static("/app"), evidence=evidence, entrypoint=("/app",))
    assert {"/etc/passwd", "/etc/group"} <= files(choice)


def test_names_of_users_are_kept_if_the_program_looks_up_its_home() -> None:
    evidence = {"/app": Evidence(words=frozenset({"HOME"}))}
    choice = chosen(program("/app", "libc.so.6"), evidence=evidence, entrypoint=("/app",))
    assert files(choice) >= ACCOUNTS


def test_a_table_of_the_c_library_is_kept_if_its_function_is_imported() -> None:
    evidence = {"/app": Evidence(symbols=frozenset({"getservbyname"}))}
    choice = chosen(program("/app", "libc.so.6"), evidence=evidence, entrypoint=("/app",))
    assert "/etc/services" in files(choice)


def test_a_file_that_only_a_text_names_is_reported_and_not_kept() -> None:
    evidence = {"/app": Evidence(texts=frozenset({"/etc/services", "/nowhere"}))}
    choice = chosen(static("/app"), evidence=evidence, entrypoint=("/app",))
    assert files(choice) == {"/app"}
    assert choice.hints == (
        "the program names /etc/services, which is not kept: pass --keep /etc/services if "
        "it needs it",
    )


def test_a_path_of_keep_is_kept_and_no_longer_reported() -> None:
    evidence = {"/app": Evidence(texts=frozenset({"/etc/services"}))}
    wishes = ShrinkWishes(keep=("/etc/services",))
    choice = chosen(static("/app"), evidence=evidence, wishes=wishes, entrypoint=("/app",))
    assert "/etc/services" in files(choice)
    assert choice.hints == ()


def test_a_needed_file_that_the_image_lacks_is_reported() -> None:
    evidence = {"/app": Evidence(clues=Clues(zoneinfo=True, go=True))}
    choice = chosen(static("/app"), evidence=evidence, entrypoint=("/app",))
    assert any(hint.startswith("needs time zones (BPK142)") for hint in choice.hints)


def test_a_missing_path_to_keep_is_refused() -> None:
    with pytest.raises(InputError, match="--keep /nowhere: /nowhere is not in the image"):
        chosen(static("/app"), wishes=ShrinkWishes(keep=("/nowhere",)), entrypoint=("/app",))


def test_the_target_of_a_kept_link_is_kept() -> None:
    nodes = (static("/app"), link("/data", "/srv/data"), text("/srv/data/x", b"x", 0o644))
    choice = chosen(*nodes, wishes=ShrinkWishes(keep=("/data",)), entrypoint=("/app",))
    assert {"/data", "/srv/data/x"} <= files(choice)


def test_targets_of_links_in_a_kept_directory_are_kept_except_keys() -> None:
    nodes = (
        static("/app"),
        link("/data/conf", "/etc/conf.d/app"),
        text("/etc/conf.d/app", b"x", 0o644),
        link("/data/keys", "/etc/ssl/private"),
        text("/etc/ssl/private/key", b"x", 0o600),
    )
    choice = chosen(*nodes, wishes=ShrinkWishes(keep=("/data",)), entrypoint=("/app",))
    assert "/etc/conf.d/app" in files(choice)
    assert "/etc/ssl/private/key" not in files(choice)


@pytest.mark.parametrize(
    ("user", "wish", "becomes"),
    [
        ("", "", NONROOT),
        ("root", "", NONROOT),
        ("0:0", "", NONROOT),
        ("app", "", "1000:1001"),
        ("app:app", "", "1000:1001"),
        ("1000", "", "1000"),
        ("", "0", "0"),
        ("app", "7:7", "7:7"),
    ],
)
def test_the_user_is_a_number_other_than_root_unless_root_is_chosen(
    user: str, wish: str, becomes: str
) -> None:
    choice = chosen(static("/app"), wishes=ShrinkWishes(user=wish), entrypoint=("/app",), user=user)
    assert choice.config.user == becomes


def test_files_that_only_root_could_read_become_readable_with_a_note() -> None:
    nodes = (directory("/root", 0o700), static("/root/app", 0o700))
    choice = chosen(*nodes, entrypoint=("/root/app",))
    assert set(choice.selection.opened) == {"/root"}
    assert worst(check_image(Subject(choice.rootfs, choice.config))) is None
    assert any("made readable for the new user: /root" in note for note in choice.notes)


def test_a_volume_is_kept_and_given_to_the_new_user() -> None:
    nodes = (static("/app"), text("/data/seed", b"x", 0o644))
    choice = chosen(*nodes, wishes=ShrinkWishes(volumes=("/data",)), entrypoint=("/app",))
    assert "/data/seed" in files(choice)
    assert choice.selection.given == ("/data",)


def test_missing_directories_are_removed_from_path() -> None:
    env = {"PATH": "/usr/local/go/bin:/usr/bin:/bin"}
    choice = chosen(static("/app"), entrypoint=("/app",), env=env)
    assert choice.config.env["PATH"] == "/usr/bin:/bin"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({}, "neither ENTRYPOINT nor CMD"),
        ({"cmd": ("/gone",)}, "the old image can't start its own command"),
        ({"cmd": ("npm", "start")}, "the command is npm"),
    ],
)
def test_a_command_that_can_not_be_followed_is_refused(
    config: dict[str, Any], message: str
) -> None:
    nodes = (static("/usr/bin/npm"),)
    with pytest.raises(InputError, match=message):
        chosen(*nodes, **config)


def test_the_module_directories_of_an_interpreter_are_kept() -> None:
    nodes = (
        static("/usr/bin/ruby"),
        text("/usr/lib/ruby/set.rb", b"x", 0o644),
        text("/usr/lib/other/x.rb", b"x", 0o644),
    )
    choice = chosen(*nodes, cmd=("ruby", "-v"))
    assert files(choice) == {"/usr/bin/ruby", "/usr/lib/ruby/set.rb", *ACCOUNTS}


def test_the_program_of_a_health_check_is_kept_with_its_libraries() -> None:
    nodes = (static("/app"), program("/usr/bin/curl", "libz.so.1", "libc.so.6"))
    probe = ("curl", "-f", "localhost")
    choice = chosen(*nodes, entrypoint=("/app",), healthcheck=probe)
    assert {"/usr/bin/curl", f"{LIBRARIES}/libz.so.1.2.13"} <= files(choice)


def test_an_entrypoint_script_keeps_its_shell_the_programs_it_calls_and_the_command() -> None:
    script = text("/start", b'#!/bin/sh\nid -u\nexec "$@"\n')
    nodes = (script, static("/usr/bin/id"), static("/app"))
    evidence = {"/start": Evidence(texts=frozenset({"id", "exec", "-u"}))}
    choice = chosen(*nodes, evidence=evidence, entrypoint=("/start",), cmd=("/app",))
    shell = {"/bin", "/usr/bin/sh"}
    assert files(choice) == {"/start", "/usr/bin/id", "/app", *shell, *ACCOUNTS}


def test_a_program_that_a_source_starts_is_kept_although_the_source_is_not() -> None:
    source = Evidence(script='package main\nimport "os/exec"\nvar c = exec.Command("id")\n')
    nodes = (static("/app/server"), text("/app/main.go", b"x", 0o644), static("/usr/bin/id"))
    around = Surroundings(base=fat(static("/usr/bin/id")).rootfs)
    subject = fat(*nodes, entrypoint=("/app/server",))
    known = {"/app/server": Evidence(texts=frozenset({"os/exec.Command"}))}
    without = choose(subject, known, ShrinkWishes(), around)
    assert "/usr/bin/id" not in files(without)
    assert without.sources == ("/app/main.go",)
    assert any("can start other programs" in hint for hint in without.hints)
    choice = choose(subject, {**known, "/app/main.go": source}, ShrinkWishes(), around)
    assert "/usr/bin/id" in files(choice)
    assert "/app/main.go" not in files(choice)
    assert not any("can start other programs" in hint for hint in choice.hints)


def exec_of_go(path: str) -> dict[str, Evidence]:
    return {path: Evidence(texts=frozenset({"os/exec.Command", "/bin"}))}


def test_a_source_in_the_build_context_shows_what_a_go_program_starts() -> None:
    source = 'package main\nimport "os/exec"\nfunc main() { exec.Command("gcc", "-v").Run() }\n'
    subject = fat(static("/app/server"), entrypoint=("/app/server",))
    around = Surroundings(sources=(source,), copies=("/app/server",))
    choice = choose(subject, exec_of_go("/app/server"), ShrinkWishes(), around)
    assert "/usr/bin/gcc" in files(choice)
    assert not any("start other programs" in hint for hint in choice.hints)


def test_unknown_programs_that_a_go_program_starts_are_reported_whatever_a_run_showed() -> None:
    subject = fat(static("/app/server"), entrypoint=("/app/server",))
    seen = (LearnedCommand("/app/server", ("server",)), LearnedCommand("/usr/bin/cp", ("cp",)))
    around = Surroundings(copies=("/app/server",), learned=Learned(commands=seen), traced=True)
    choice = choose(subject, exec_of_go("/app/server"), ShrinkWishes(), around)
    assert any("start other programs" in hint for hint in choice.hints)


def test_a_version_control_history_is_kept_with_its_program_and_reported_without() -> None:
    head = text("/srv/shop/.git/HEAD", b"ref: refs/heads/main\n", 0o644)
    tree = text("/srv/shop/.git/objects/ab/cd", b"x", 0o644)
    shop = text("/srv/shop/a.txt", b"a", 0o644)
    around = Surroundings(copies=("/srv/shop",))

    def choice(program: str) -> Choice:
        subject = fat(static(program), head, tree, shop, entrypoint=(program,))
        return choose(subject, {}, ShrinkWishes(), around)

    assert {head.path, tree.path} <= files(choice("/usr/bin/git"))
    other = choice("/usr/bin/serve")
    assert files(other).isdisjoint({head.path, tree.path})
    assert [one.path for one in other.left] == ["/srv/shop/.git"]


def test_the_sources_of_a_compiled_program_that_starts_an_interpreter_are_read() -> None:
    source = 'import "os/exec"\nvar _ = exec.Command("gcc")\n'
    nodes = (static("/app/server"), static("/usr/bin/perl"), text("/app/notes.c", b"x", 0o644))
    seen = (LearnedCommand("/usr/bin/perl", ("perl", "-v")),)
    around = Surroundings(sources=(source,), copies=("/app",), learned=Learned(commands=seen))
    subject = fat(*nodes, entrypoint=("/app/server",))
    choice = choose(subject, exec_of_go("/app/server"), ShrinkWishes(), around)
    assert {"/usr/bin/gcc", "/usr/bin/perl"} <= files(choice)
    assert "/app/notes.c" not in files(choice)


def test_tables_of_character_sets_are_kept_with_a_module_that_converts() -> None:
    tables = library(f"{LIBRARIES}/gconv/IBM850.so", "libc.so.6")
    module = library("/srv/app/iconv.so", "libc.so.6")
    nodes = (program("/srv/app/run", "libc.so.6"), tables)
    around = Surroundings(copies=("/srv/app",))

    def taken(*more: Node) -> set[str]:
        subject = fat(*nodes, *more, entrypoint=("/srv/app/run",))
        return files(choose(subject, {}, ShrinkWishes(), around))

    assert tables.path in taken(module)
    assert tables.path not in taken()


def test_the_shell_and_home_of_a_login_account_are_kept() -> None:
    lines = b"root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/usr/bin/gcc\n"
    nodes = (
        program("/usr/sbin/door", "libpam.so.0", "libc.so.6"),
        library(f"{LIBRARIES}/libpam.so.0", "libc.so.6"),
        text("/etc/passwd", lines, 0o644),
        directory("/home/ann"),
    )
    choice = chosen(*nodes, entrypoint=("/usr/sbin/door",))
    assert {"/usr/bin/gcc", "/usr/bin/sh"} <= files(choice)
    assert "/home/ann" in choice.rootfs.nodes


def test_unknown_libraries_of_a_program_are_reported() -> None:
    broken = Node("/srv/app/run", "file", 0o755, broken="a name without an end")
    choice = chosen(broken, entrypoint=("/srv/app/run",))
    assert any("a name without an end" in hint for hint in choice.hints)
    assert not any(
        "can't be read" in hint for hint in chosen(static("/a"), entrypoint=("/a",)).hints
    )


def with_perl(*, traced: bool) -> Choice:
    library = "/usr/share/perl/5.36.0"
    nodes = (
        program("/usr/bin/perl", "libc.so.6"),
        text(f"{library}/strict.pm", b"", 0o644),
        text(f"{library}/CPAN.pm", b"", 0o644),
        text("/app/till.pl", b"", 0o644),
    )
    subject = fat(*nodes, cmd=("perl", "till.pl"), workdir="/app")
    learned = Learned(touched=frozenset({f"{library}/strict.pm"}))
    around = Surroundings(base=subject.rootfs, learned=learned, traced=traced)
    return choose(subject, {}, ShrinkWishes(rounding="file"), around)


def test_rounding_to_files_keeps_what_a_traced_run_opened_of_a_library_with_a_note() -> None:
    choice = with_perl(traced=True)
    assert "/usr/share/perl/5.36.0/strict.pm" in files(choice)
    assert "/usr/share/perl/5.36.0/CPAN.pm" not in files(choice)
    assert "/app/till.pl" in files(choice)
    assert any("may lack a module" in note for note in choice.notes)


def test_without_a_traced_run_the_library_is_kept_whole() -> None:
    choice = with_perl(traced=False)
    assert "/usr/share/perl/5.36.0/CPAN.pm" in files(choice)
    assert not any("may lack a module" in note for note in choice.notes)
