"""Programs for the examples of rules."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CProgram:
    """A C program in an example."""

    includes: str
    body: str

    def image(self, after: str = "") -> str:
        """A Dockerfile that puts the program into Debian's image, followed by ``after``."""
        return (
            "FROM gcc:latest AS build\n"
            f"RUN printf '{self.includes}\\nint main(void) {{ {self.body} }}\\n' > /app.c"
            " && gcc -o /app /app.c\n"
            "FROM debian:bookworm-slim\nCOPY --from=build /app /app\n"
            f'{after}USER 65532:65532\nCMD ["/app"]\n'
        )
