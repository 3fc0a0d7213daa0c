"""A port that a program listens on, and what is uncertain about it."""

from __future__ import annotations

from dataclasses import dataclass

MOST_OTHERS = 5


@dataclass(frozen=True)
class Listening:
    """That a program listens, as ``file`` shows: on ``port``, empty if the number wasn't found.

    A port of UDP is ``53/udp``. ``is_local``: on localhost only; ``host_variable`` is the variable
    of the environment that says otherwise. ``is_default``: the port is the framework's own.
    ``others`` are ports that it may listen on instead, which makes the port a guess; ``besides``
    those that it listens on as well. ``found_by_name``: no call says it, but a constant that is
    called a port. ``also_listens`` is another file that listens, on a port that wasn't found.
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

    @property
    def is_guess(self) -> bool:
        """Whether the source may mean another port."""
        return bool(self.others) or self.found_by_name or bool(self.also_listens)

    @property
    def note(self) -> str:
        """What the reader has to know; empty if nothing."""
        if self.is_local and not self.host_variable:
            return (
                f"{self.file} listens on localhost only: nothing outside of the container can"
                " reach it, unless it listens on 0.0.0.0"
            )
        if not self.port:
            return f"{self.file} listens, and its port was not found: name it with --port"
        return ""

    @property
    def notes(self) -> tuple[str, ...]:
        """All that the reader has to know of the port."""
        found = [self.note]
        if self.others:
            more = len(self.others) - MOST_OTHERS
            others = ", ".join(self.others[:MOST_OTHERS]) + (
                f" and {more} more" if more > 0 else ""
            )
            found.append(
                f"the port {self.port} is a guess: the source also has {others};"
                " name it with --port"
            )
        elif self.also_listens:
            found.append(
                f"the port {self.port} is a guess: {self.also_listens} listens too, and its port"
                " was not found; name it with --port"
            )
        elif self.found_by_name:
            found.append(
                f"the port {self.port} is a guess from a name in {self.file}: name it with --port"
            )
        if self.besides:
            found.append(
                f"{self.file} also listens on {', '.join(self.besides)}, which EXPOSE doesn't name"
            )
        return tuple(one for one in found if one)
