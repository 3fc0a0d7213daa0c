"""Commands that configuration files hold."""

from __future__ import annotations

import pytest

from bpkit.image.evidence import Evidence
from bpkit.verbs.shrink.jobs import commands_in, holds_commands
from bpkit.verbs.shrink.starts import starts
from tests.verbs.check.made import static, text
from tests.verbs.shrink.made import fat

TABLE = """\
# every night
SHELL=/bin/bash
MAILTO=till@till.example
17 3 * * 1-5 till  find /var/till -mtime +7 | xargs rm
@reboot till touch /var/till/up
*/5\t*\t*\t*\t*\ttill\tsum 1%with input
"""
SETTINGS = """\
[alias]
  last = log -1
  who = "!git shortlog -sn | cut -f2"
[core]
  pager = less -R
  editor = vi
[credential]
  helper = store
  helper = /opt/keys --all
[user]
  name = Ann
[merge "till"]
  driver = true
"""


def test_commands_in_a_crontab_follow_the_times_and_the_user() -> None:
    assert list(commands_in("/etc/cron.d/till", TABLE)) == [
        "find /var/till -mtime +7 | xargs rm",
        "touch /var/till/up",
        "sum 1",
    ]


def test_a_user_s_own_crontab_has_no_user() -> None:
    (command,) = commands_in("/var/spool/cron/crontabs/root", "0 4 * * * date | tee /log\n")
    assert command == "date | tee /log"


def test_commands_in_git_settings_are_aliases_and_helpers() -> None:
    assert list(commands_in("/root/.gitconfig", SETTINGS)) == [
        "git shortlog -sn | cut -f2",
        "less -R",
        "vi",
        "git-credential-store",
        "/opt/keys --all",
    ]


def test_the_actions_of_an_inittab_are_commands() -> None:
    table = "::sysinit:/etc/start.sh\ntty1::respawn:-/bin/login\n# ::once:no\n"
    assert list(commands_in("/etc/inittab", table)) == ["/etc/start.sh", "/bin/login"]


@pytest.mark.parametrize("path", ["/etc/till.conf", "/srv/gitconfig.py", "/etc/cron.daily/x"])
def test_other_files_are_not_searched_for_commands(path: str) -> None:
    assert not holds_commands(path)


def test_programs_in_a_crontab_are_started_with_their_shell() -> None:
    path = "/etc/cron.d/till"
    tools = ("find", "xargs", "touch", "sum")
    image = fat(
        text(path, TABLE.encode(), 0o644),
        static("/usr/sbin/cron"),
        *(static(f"/usr/bin/{one}") for one in (*tools, "other")),
        cmd=("/usr/sbin/cron",),
    )
    found = set(starts(image, {path: Evidence(script=TABLE)}, [path]).of_files())
    assert {f"/usr/bin/{one}" for one in tools} | {"/bin/sh"} <= found
    assert "/usr/bin/other" not in found
