"""BPK106: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.workdir_is_file import RULE
from tests.verbs.check.made import directory, subject
from tests.verbs.check.spec import APP, check_cases, command

FAILS = (subject(APP, **command("/app", workdir="/app")),)
PASSES = (subject(APP, directory("/srv"), **command("/app", workdir="/srv")),)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
