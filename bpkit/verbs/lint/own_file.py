"""The findings that ``bpkit init`` reports on a project's own Dockerfile."""

from __future__ import annotations

from bpkit.findings import Finding, in_order
from bpkit.formats.dockerfile import Dockerfile
from bpkit.verbs.lint.rules import copy_before_install, latest_base, root_user
from bpkit.verbs.lint.subject import LintSubject


def own_file_findings(file: Dockerfile) -> tuple[Finding, ...]:
    """Its findings that a Dockerfile written by ``init`` fixes, without a look at the context.

    Raises DockerfileError.
    """
    subject = LintSubject(file)
    checks = (root_user, latest_base, copy_before_install)
    return in_order(finding for check in checks for finding in check.check(subject))
