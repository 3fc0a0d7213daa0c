"""BPK131: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.interpreted_file_missing import RULE
from tests.verbs.check.made import subject, text
from tests.verbs.check.spec import JAVA, NODE, PYTHON, PYTHON3, check_cases, command

FAILS = (
    subject(PYTHON, PYTHON3, **command("python3", "-u", "app.py")),
    subject(NODE, **command("node", "-r", "./hook", "server")),
    subject(JAVA, **command("java", "-Xmx1g", "-jar", "/app.jar")),
)
PASSES = (
    subject(
        PYTHON,
        text("/srv/app.py", b"", 0o644),
        **command("python3.11", "app.py", workdir="/srv"),
    ),
    subject(PYTHON, **command("python3.11", "--some-option", "value")),
    subject(NODE, text("/server.js", b"", 0o644), **command("node", "server")),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
