"""A port that a program listens on, and what is uncertain about it."""

from __future__ import annotations

from dataclasses import dataclass

MOST_OTHERS = 5


@dataclass(frozen=True)
class Listening:
    """Where a program listens, according to ``file``: on ``port``, empty if not found.

    A UDP port is ``53/udp``. ``is_local``: on localhost only; ``host_variable`` is the
    environment variable that can change it. ``is_default``: the port is the framework's default.
    ``others`` are ports that it may listen on instead, which makes the port a guess; ``besides``
    are those that it also listens on. ``found_by_name``: the evidence is not a call but a constant
    named like a port. ``also_listens`` is another file that listens on an unknown port.
    ``host_switch`` is the program's option for the address, which is localhost by default.
    """

    file: str
    port: str = ""
    is_local: bool = False
    is_default: bool = False
    host_variable: str = ""
    others: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    found_by_name: bool = False
    also_listens: str = ""
    host_switch: str = ""

    @property
    def is_guess(self) -> bool:
        """Whether the source may mean another port."""
        return bool(self.others) or self.found_by_name or bool(self.also_listens)

    @property
    def note(self) -> str:
        """The main note for the user; empty if there is none."""
        if self.is_local and self.host_switch:
            return (
                f"{self.file} listens on localhost only by default: pass {self.host_switch} 0.0.0.0"
                " to the program"
            )
        if self.is_local and not self.host_variable:
            return (
                f"{self.file} listens on localhost only: nothing outside the container can"
                " connect unless it listens on 0.0.0.0"
            )
        if not self.port:
            return f"{self.file} listens, but its port was not found: pass it with --port"
        return ""

    @property
    def notes(self) -> tuple[str, ...]:
        """All notes for the user about the port."""
        found = [self.note]
        if self.others:
            more = len(self.others) - MOST_OTHERS
            others = ", ".join(self.others[:MOST_OTHERS]) + (
                f" and {more} more" if more > 0 else ""
            )
            found.append(
                f"the port {self.port} is a guess: the source also has {others};"
                " pass the right one with --port"
            )
        elif self.also_listens:
            found.append(
                f"the port {self.port} is a guess: {self.also_listens} listens too, but its port"
                " was not found; pass the right one with --port"
            )
        elif self.found_by_name:
            found.append(
                f"the port {self.port} is a guess from a name in {self.file}: pass it with --port"
            )
        if self.besides:
            found.append(
                f"{self.file} also listens on {', '.join(self.besides)}, which EXPOSE doesn't list"
            )
        return tuple(one for one in found if one)
