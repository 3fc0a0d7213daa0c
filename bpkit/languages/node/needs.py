"""Node.js: the application with its ``node_modules``, and no npm.

Debian's node reads some of its own modules from /usr/share/nodejs; their paths are strings in
its library, where ``choose`` finds them.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from bpkit.image import Evidence, FileGroup, Link, Subject, join
from bpkit.languages.needs import LanguageParts, Sources, application, caches_in, existing

#: Imports don't decide what is left out.
MODULES = None


def sources(_subject: Subject, _link: Link) -> Sources:
    """None: imports don't decide what is left out."""
    return Sources()


def parts(subject: Subject, link: Link, _evidence: Mapping[str, Evidence]) -> LanguageParts:
    """The application, and the ``node_modules`` in the directories above it."""
    own = tuple(dict.fromkeys([*application(subject, link), *_modules(subject, link)]))
    directories = tuple(p for p in own if subject.rootfs.nodes[p].kind == "directory")
    below = tuple(f"{path}/" for path in directories)
    return LanguageParts(
        groups=(FileGroup("the application and its modules", own),),
        # Caches of compilers and bundlers.
        left_out=tuple(
            path
            for path in subject.rootfs.nodes
            if path.endswith("/node_modules/.cache") and path.startswith(below)
        ),
        left_out_names=caches_in(directories),
    )


def _modules(subject: Subject, link: Link) -> Iterator[str]:
    """The directories that ``require`` searches from the script upwards, and those in NODE_PATH."""
    rootfs, workdir = subject.rootfs, subject.config.workdir
    scripts = [word if word[:1] == "/" else join(workdir, word) for word in link.argv[1:]]
    for script in [path for path in scripts if rootfs.file(path)] or [f"{workdir}/."]:
        directory = posixpath.dirname(rootfs.real_path(script))
        while directory != "/":
            yield from existing(subject, f"{directory}/node_modules", f"{directory}/package.json")
            directory = posixpath.dirname(directory)
    for path in subject.config.env.get("NODE_PATH", "").split(":"):
        if path:
            yield from existing(subject, path)
