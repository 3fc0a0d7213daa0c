"""The kernel's tables of sockets, in the bytes of proc(5)."""

from __future__ import annotations

from bpkit.verbs.trial.result import ListeningSocket
from bpkit.verbs.trial.sockets import listening_sockets

TABLES = """\
/proc/net/tcp
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
   0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000   999
   1: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
   2: 0200A8C0:1F90 0300A8C0:C001 01 00000000:00000000 00:00000000 00000000     0
/proc/net/tcp6
  sl  local_address                         remote_address                        st
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0
   1: 00000000000000000000000001000000:0051 00000000000000000000000000000000:0000 0A 0
   2: 0000000000000000FFFF00000100007F:0052 00000000000000000000000000000000:0000 0A 0
/proc/net/udp
   sl  local_address rem_address   st
  10: 00000000:0035 00000000:0000 07 00000000:00000000
  11: 0200A8C0:0044 0100A8C0:0043 01 00000000:00000000
/proc/net/udp6
"""


def test_listening_sockets_are_read_with_address_and_port() -> None:
    assert listening_sockets(TABLES) == (
        ListeningSocket("tcp", "::", 80),
        ListeningSocket("tcp", "::1", 81),
        ListeningSocket("tcp", "127.0.0.1", 82),
        ListeningSocket("tcp", "127.0.0.1", 3306),
        ListeningSocket("tcp", "0.0.0.0", 8080),
        ListeningSocket("udp", "0.0.0.0", 53),
    )


def test_only_loopback_sockets_are_unreachable() -> None:
    out_of_reach = [one.port for one in listening_sockets(TABLES) if one.is_loopback]
    assert out_of_reach == [81, 82, 3306]


def test_a_socket_is_shown_as_an_address_and_port() -> None:
    assert [str(one) for one in listening_sockets(TABLES)][:2] == ["[::]:80", "[::1]:81"]
    assert str(ListeningSocket("udp", "0.0.0.0", 53)) == "0.0.0.0:53/udp"


def test_text_that_is_not_a_table_has_no_sockets() -> None:
    assert listening_sockets("") == ()
    assert listening_sockets("0: 1 2\n/proc/net/tcp\n\n0:\n") == ()
