"""What bpkit itself costs for each image of a workspace, however many there are.

A stand-in answers for the engine, so that only bpkit's own time shows, and more images than a disk
holds can be had: it takes buildx's bake files, gives each image an id, and remembers its names.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bpkit.errors import BpkitError
from scripts.bpkit_dev.launch import ROOT

_STANDIN = """#!{python} -SE
import fcntl, hashlib, json, os, sys

home, words = os.path.dirname(os.path.abspath(__file__)), sys.argv[1:]
lock = open(os.path.join(home, "lock"), "w")
fcntl.flock(lock, fcntl.LOCK_EX)
path = os.path.join(home, "images.json")
images = json.load(open(path)) if os.path.exists(path) else {{}}
BASE = "sha256:" + "b" * 64


def shown(one, names):
    return {{
        "Id": one, "RepoTags": names, "Size": 1000, "Os": "linux",
        "Config": {{}}, "RootFS": {{"Layers": [BASE, *([one] if one != BASE else [])]}},
    }}


def full(name):
    return name if ":" in name else name + ":latest"


def made_of(context):
    text = context + open(os.path.join(context, "data")).read()
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


images.setdefault("busybox:latest", BASE)
if words[0] == "version":
    print(json.dumps({{"Client": {{"Version": "26.1"}}, "Server": {{"Version": "26.1"}}}}))
elif words[:2] == ["image", "inspect"]:
    asked = [(images.get(full(name)), [full(name)]) for name in words[2:]]
    asked += [(name, []) for name in words[2:] if name in images.values()]
    print(json.dumps([shown(*one) for one in asked if one[0]]))
elif words[:2] == ["buildx", "bake"]:
    given = dict(zip(words, words[1:]))
    made = {{}}
    for name, target in json.load(open(given["--file"]))["target"].items():
        one = made_of(target["context"])
        images.update(dict.fromkeys(map(full, target["tags"]), one))
        made[name] = {{"containerimage.digest": one}}
    json.dump(made, open(given["--metadata-file"], "w"))
elif words[0] == "build":
    one = images["built"] = made_of(os.path.abspath(words[-1]))
    open(words[words.index("--iidfile") + 1], "w").write(one)
elif words[0] == "tag":
    images[full(words[2])] = words[1]
else:
    sys.exit("the stand-in doesn't know " + " ".join(words[:2]))
json.dump(images, open(path, "w"))
"""


def standin_table(sizes: Sequence[int]) -> str:
    """bpkit's own time for each image and its memory, for workspaces of these sizes."""
    rows = [
        "| images, stand-in engine | built, each | nothing changed, each | memory |",
        "| ---: | ---: | ---: | ---: |",
    ]
    for images in sizes:
        top = Path(tempfile.mkdtemp(prefix="benchws"))
        try:
            rows.append(_row(images, *_measured(top, images)))
        finally:
            shutil.rmtree(top, ignore_errors=True)
    return "\n".join(rows) + "\n"


def _row(images: int, cold: float, same: float, memory: int) -> str:
    each = [f"{seconds / images * 1000:.1f} ms" for seconds in (cold, same)]
    return f"| {images:,} | {' | '.join(each)} | {memory / 1000:.0f} MB |"


def _measured(top: Path, images: int) -> tuple[float, float, int]:
    """CPU seconds of a build of all and of one with nothing to do, and the most memory, in kB."""
    workspace, env = standin_workspace(top, images)
    cold, most = _run(workspace, env, f"{images} built")
    same, more = _run(workspace, env, f"{images} up to date")
    return cold, same, max(most, more)


def standin_workspace(top: Path, images: int) -> tuple[Path, dict[str, str]]:
    """A workspace of this size below ``top``, and the environment that has the stand-in."""
    engine, workspace = top / "engine", top / "workspace"
    plugin = engine / "cli-plugins" / "docker-buildx"
    plugin.parent.mkdir(parents=True)
    for program in (engine / "docker", plugin):
        program.write_text(_STANDIN.format(python=sys.executable))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    workspace.mkdir()
    (workspace / "compose.yaml").write_text("services:\n" + "".join(_services(workspace, images)))
    env = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("DOCKER", "BUILDX"))},
        "PATH": f"{engine}{os.pathsep}{os.environ['PATH']}",
        "DOCKER_CONFIG": str(engine),
        "XDG_CACHE_HOME": str(top / "cache"),
        "PYTHONPATH": str(ROOT),
    }
    return workspace, env


def _services(workspace: Path, images: int) -> Iterator[str]:
    for number in range(images):
        name = f"i{number:04}"
        (workspace / name).mkdir()
        (workspace / name / "data").write_text(f"{number}\n")
        (workspace / name / "Dockerfile").write_text("FROM busybox\nCOPY data /data\n")
        yield f"  {name}: {{image: benchws-{name}, build: {name}}}\n"


def _run(directory: Path, env: dict[str, str], result: str) -> tuple[float, int]:
    """The CPU seconds of bpkit alone, without those of the stand-in, and its memory in kB."""
    watched = (
        "import resource, sys\n"
        "from bpkit.__main__ import main\n"
        "status = main(['build', '--all', '--quiet'])\n"
        "used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "print('used', used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)\n"
        "sys.exit(status)\n"
    )
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", watched], cwd=directory, env=env, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode or result not in done.stdout:
        said = done.stdout[-300:] + done.stderr[-800:]
        raise BpkitError(f"not '{result}' after {time.monotonic() - began:.0f} s: {said}")
    used = done.stderr.rpartition("used ")[2].split()
    return float(used[0]), int(used[1])
