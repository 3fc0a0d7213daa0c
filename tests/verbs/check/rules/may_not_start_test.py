"""BPK128: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.may_not_start import RULE
from tests.verbs.check.made import subject, text
from tests.verbs.check.spec import APP, SH, check_cases, command

FAILS = (
    subject(SH, text("/run", b"#!/bin/sh\nffmpeg -version\necho hi\n"), **command("/run")),
    subject(
        SH,
        text("/run", b"#!/bin/sh\nif [ $1 ]; then exec /shop/till; fi\necho hi\n"),
        **command("/run"),
    ),
    subject(
        SH,
        APP,
        text("/run", b"#!/bin/sh\ncase $1 in a) exec till ;; esac\nexec /app\n"),
        **command("/run"),
    ),
)
PASSES = (
    subject(
        SH,
        text("/run", b"#!/bin/sh\ncommand -v ffmpeg && ffmpeg -version\necho hi\n"),
        **command("/run"),
    ),
    subject(
        SH,
        text("/run", b"#!/bin/sh\nif [ $1 ]; then ffmpeg -version; fi\necho hi\n"),
        **command("/run"),
    ),
    subject(
        SH,
        text("/run", b"#!/bin/sh\nffmpeg() { echo; }\nffmpeg -version\necho hi\n"),
        **command("/run"),
    ),
    subject(
        SH, text("/run", b"#!/bin/sh\n. /lib.sh\nffmpeg -version\necho hi\n"), **command("/run")
    ),
    subject(
        SH, text("/run", b"#!/bin/sh\necho > /shop/till\n/shop/till\necho hi\n"), **command("/run")
    ),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
