"""What strace's log tells: lines as strace 6.1 wrote them on Linux 6."""

from __future__ import annotations

from bpkit.verbs.shrink.learned import LearnedCommand, read_trace

LOG = r"""
11    execve("/usr/bin/sh", ["sh", "/x y.sh"], 0x7ffecba7d088 /* 3 vars */) = 0
11    openat(AT_FDCWD</>, "/etc/ld.so.cache", O_RDONLY|O_CLOEXEC) = 3</etc/ld.so.cache>
11    newfstatat(3</etc/ld.so.cache>, "", {st_mode=S_IFREG|0644, ...}, AT_EMPTY_PATH) = 0
11    chdir("/srv/till")                = 0
11    openat(AT_FDCWD</srv/till>, "goods.txt", O_RDONLY) = 3</srv/till/goods.txt>
11    vfork( <unfinished ...>
12    execve("/usr/bin/cat", ["cat", "passwd"], 0x55a30d879a68 /* 5 vars */ <unfinished ...>
11    <... vfork resumed>)              = 12
12    <... execve resumed>)             = 0
12    access("/etc/none", R_OK)         = -1 ENOENT (No such file or directory)
12    openat(AT_FDCWD</srv/till>, "/var/log/k\303\244se", O_WRONLY|O_CREAT, 0666) = 3</var/log/kase>
12    openat(AT_FDCWD</srv/till>, "/etc/shadow", O_RDONLY) = -1 EACCES (Permission denied)
12    openat(AT_FDCWD</srv/till>, "conf.d", O_RDONLY|O_NONBLOCK|O_DIRECTORY) = 4</srv/till/conf.d>
12    readlink("link", "x", 4096)       = 1
12    setuid(0)                         = 0
12    setgid(33)                        = 0
12    rename("a", "b")                  = 0
12    --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=12} ---
12    exit_group(0)                     = ?
11    openat(AT_FDCWD</srv/till>, "half
"""


def test_existing_paths_are_touched_and_others_missing() -> None:
    learned = read_trace(LOG.splitlines())
    assert {"/usr/bin/sh", "/srv/till/goods.txt", "/usr/bin/cat"} <= learned.touched
    assert "/etc/none" in learned.missing
    assert "/etc/shadow" in learned.refused
    assert not {"/etc/none", "/etc/shadow"} & learned.touched


def test_a_relative_path_starts_from_the_process_directory() -> None:
    learned = read_trace(LOG.splitlines())
    assert {"/srv/till/link", "/srv/till/goods.txt"} <= learned.touched


def test_a_directory_that_was_listed_is_recorded() -> None:
    assert read_trace(LOG.splitlines()).listed == {"/srv/till/conf.d"}


def test_written_files_are_recorded_by_their_final_name() -> None:
    written = read_trace(LOG.splitlines()).written
    assert written == {"/var/log/käse", "/srv/till/a", "/srv/till/b"}


def test_commands_have_their_words_and_directories() -> None:
    assert read_trace(LOG.splitlines()).commands == (
        LearnedCommand("/usr/bin/sh", ("sh", "/x y.sh"), "/"),
        LearnedCommand("/usr/bin/cat", ("cat", "passwd"), "/srv/till"),
    )


def test_only_switching_to_another_user_needs_root() -> None:
    assert read_trace(LOG.splitlines()).of_root == {"setgid"}
    assert read_trace(["1 setuid(0) = 0", "1 setgroups(1, [0]) = 0"]).of_root == frozenset()


def test_two_runs_are_combined() -> None:
    both = read_trace(['1 access("/a", R_OK) = 0']).with_more(
        read_trace(['1 access("/b", R_OK) = 0'])
    )
    assert both.touched == {"/a", "/b"}
