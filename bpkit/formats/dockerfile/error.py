"""The error for a Dockerfile: a sentence, with file and line."""

from __future__ import annotations

from bpkit.errors import InputError, Place


class DockerfileError(InputError):
    """A Dockerfile (or an edit of one) that BuildKit would refuse, or that can't be made."""

    def at(self, place: Place) -> DockerfileError:
        """The same error at ``place``, unless it already has a place."""
        if self.place is not None:
            return self
        return DockerfileError(self.message, place=place, hint=self.hint)
