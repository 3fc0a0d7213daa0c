"""The languages whose needs are known, in the order in which they are asked."""

from __future__ import annotations

from bpkit.languages.java import needs as java
from bpkit.languages.needs import Language
from bpkit.languages.node import needs as node
from bpkit.languages.python import needs as python

#: Each answers for its own interpreter; to add a language is to add a line.
LANGUAGES: tuple[Language, ...] = (python, node, java)
