"""Build, check, lint and size a project in CI, and report it: run by the action and the template.

Everything comes in by the environment: BPKIT_DIRECTORY, BPKIT_BUDGET, BPKIT_COMPARE (a git
revision to compare with) and BPKIT_COMMENT, besides what GitHub and GitLab set themselves. The
report goes to bpkit-report/report.md, to GitHub's job summary, and into one comment on the pull
request, which each run renews. The status is 1 where a step found something, or that of the step
that failed.

It needs nothing but Python, since a template of GitLab's is one file: it holds this one as it is.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

MARK = "<!-- bpkit report -->"
REPORT = Path("bpkit-report")
#: GitHub takes comments of 65,536 characters.
MOST = 60_000


def main() -> int:
    directory = os.environ.get("BPKIT_DIRECTORY") or "."
    budget = os.environ.get("BPKIT_BUDGET")
    compare = os.environ.get("BPKIT_COMPARE")
    REPORT.mkdir(exist_ok=True)
    rows, details, worst = [], [], 0
    size = ["size", directory, "--markdown", "--html", str(REPORT / "size.html")]
    for name, words in (
        ("build", ["build", directory]),
        ("check", ["check", directory]),
        ("lint", ["lint", directory]),
        ("size", [*size, *(["--budget", budget] if budget else [])]),
        *([("compare", ["size", f"{compare}..HEAD", "--markdown"])] if compare else []),
    ):
        done = run(words, "." if name != "compare" else directory)
        worst = max(worst, done.returncode)
        rows.append(f"| {name} | {said(done.returncode)} |")
        if name in {"size", "compare"} and done.stdout:
            details.append(done.stdout)
        elif done.returncode:
            details.append(folded(name, done.stdout + done.stderr))
        if name == "build" and done.returncode > 1:
            break
    text = "\n".join(
        [MARK, "## bpkit", "", "| Step | Result |", "| --- | --- |", *rows, "", *details]
    )
    if len(text) > MOST:
        text = f"{text[:MOST]}\n\nThe report is cut off here.\n"
    (REPORT / "report.md").write_text(text, encoding="utf-8")
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(summary, "a", encoding="utf-8") as file:
            file.write(f"{text}\n")
    if (os.environ.get("BPKIT_COMMENT") or "true") == "true":
        comment(text)
    return worst


def run(words: list[str], directory: str) -> subprocess.CompletedProcess[str]:
    """Run bpkit, with its output in the log as well."""
    print(f"$ bpkit {' '.join(words)}", flush=True)
    done = subprocess.run(
        ["bpkit", *words],
        cwd=directory,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    print(done.stdout + done.stderr, flush=True)
    return done


def said(status: int) -> str:
    if status == 0:
        return "ok"
    return "findings" if status == 1 else f"failed (status {status})"


def folded(name: str, output: str) -> str:
    """Output of a step; indented, so that nothing in it ends the block or is Markdown."""
    lines = "\n".join(f"    {line}" for line in output[-8000:].splitlines())
    return f"<details><summary>{name}</summary>\n\n{lines}\n\n</details>\n"


def comment(text: str) -> None:
    """Renew the comment on the pull request, or make it; without one, or a token, do nothing."""
    place = github() or gitlab()
    if place is None:
        print("no comment: this is not a pull request, or no token was given")
        return
    comments, one, headers, field = place
    try:
        known = existing(comments, headers)
        if known:
            call("PATCH" if field == "github" else "PUT", one.format(known), headers, text)
        else:
            call("POST", comments, headers, text)
        print("the comment is renewed" if known else "a comment is made")
    except (urllib.error.URLError, OSError, ValueError) as error:
        # A pull request from a fork has no token that may comment.
        print(f"::warning::the comment could not be made: {error}")


def github() -> tuple[str, str, dict[str, str], str] | None:
    """The addresses of the comments and of one of them, and the headers."""
    token, event = os.environ.get("GITHUB_TOKEN"), os.environ.get("GITHUB_EVENT_PATH")
    if not token or not event:
        return None
    number = (
        json.loads(Path(event).read_text(encoding="utf-8")).get("pull_request", {}).get("number")
    )
    if not number:
        return None
    api = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/issues"
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
    return f"{api}/{int(number)}/comments", f"{api}/comments/{{}}", headers, "github"


def gitlab() -> tuple[str, str, dict[str, str], str] | None:
    """The same for the notes of a merge request; a job's own token may not write them."""
    token, number = os.environ.get("BPKIT_TOKEN"), os.environ.get("CI_MERGE_REQUEST_IID")
    if not token or not number:
        return None
    project = f"{os.environ['CI_API_V4_URL']}/projects/{os.environ['CI_PROJECT_ID']}"
    notes = f"{project}/merge_requests/{int(number)}/notes"
    return notes, f"{notes}/{{}}", {"PRIVATE-TOKEN": token}, "gitlab"


def existing(comments: str, headers: dict[str, str]) -> int | None:
    """The comment that an earlier run made."""
    for page in range(1, 51):
        found = call("GET", f"{comments}?per_page=100&page={page}", headers)
        for one in found:
            if str(one.get("body", "")).startswith(MARK):
                return int(one["id"])
        if len(found) < 100:
            break
    return None


def call(method: str, url: str, headers: dict[str, str], text: str | None = None) -> Any:
    data = None if text is None else json.dumps({"body": text}).encode()
    request = urllib.request.Request(
        url, data, {**headers, "Content-Type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


if __name__ == "__main__":
    sys.exit(main())
