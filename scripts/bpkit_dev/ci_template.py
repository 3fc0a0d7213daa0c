"""Writes ``ci/gitlab/bpkit.yml``, which contains a copy of ``ci/report.py``.

``python -m scripts.bpkit_dev.ci_template``; ``tests/ci`` compares the two.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "ci/gitlab/bpkit.yml"

_HEAD = """\
# Build, check, lint and size a Docker image; one note on the merge request says how it went.
# Made from ci/report.py by scripts/bpkit_dev/ci_template.py: change it there. See ci/README.md.
bpkit:
  image: docker:27
  services:
    - docker:27-dind
  variables:
    DOCKER_HOST: tcp://docker:2376
    DOCKER_TLS_CERTDIR: /certs
    DOCKER_TLS_VERIFY: "1"
    DOCKER_CERT_PATH: /certs/client
    BPKIT_PACKAGE: docker-bpkit
    BPKIT_DIRECTORY: .
    BPKIT_BUDGET: ""
    BPKIT_COMPARE: ""
    BPKIT_COMMENT: "true"
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  before_script:
    - command -v python3 git >/dev/null || apk add --no-cache python3 py3-pip git
    - command -v bpkit || python3 -m pip install --quiet --break-system-packages "$BPKIT_PACKAGE"
  script:
    - |
      cat >/tmp/bpkit-report.py <<'END OF REPORT'
"""
_TAIL = """\
      END OF REPORT
    - python3 /tmp/bpkit-report.py
  artifacts:
    when: always
    expose_as: bpkit report
    paths:
      - bpkit-report/
"""


def template(root: Path = ROOT) -> str:
    """The text of the template."""
    script = (root / "ci/report.py").read_text(encoding="utf-8")
    return _HEAD + textwrap.indent(script, " " * 6) + _TAIL


if __name__ == "__main__":
    TEMPLATE.write_text(template(), encoding="utf-8")
