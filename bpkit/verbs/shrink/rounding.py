"""Round up: with a file that is used, keep the files that belong to it.

Of a distribution's package, these are its configuration, its data, its plug-ins and the empty
directories that it created, with what its scripts put there; not its programs and shared libraries,
each of which must be needed itself, and nothing that only people and compilers read.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bpkit.image import Package, Packages, Rootfs

#: Files for people, compilers, desktops, boot and housekeeping, which programs in a container don't
#: read.
_NEVER = re.compile(
    r"/usr/(?:include|src|games)/|/usr/lib/(?:debug|systemd|tmpfiles\.d|sysusers\.d|gcc|udev|mime"
    r"|pkgconfig|valgrind|modules-load\.d|sysctl\.d|ufw|binfmt\.d)/|/usr/lib/(?:[^/]+/)?(?:pkgconfig|cmake)/"
    r"|/usr/share/(?:doc|man|info|lintian|bug|doc-base|gtk-doc|menu|applications|metainfo|appdata"
    r"|bash-completion|zsh|fish|reportbug|omf|apport|initramfs-tools|pixmaps|icons|locale|help|gdb|gcc"
    r"|aclocal|pkgconfig|cmake|gir-1\.0|vala|polkit-1|dbus-1|debhelper|dh-\w+|autoconf|automake\S*"
    r"|vim|emacs\S*|common-licenses|base-passwd|perl5/Debconf|perl5/Debian|debconf|dpkg|ucf|runit"
    r"|maven-repo|binfmts|python3/runtime\.d|python3/debpython|python3/dist|lua|wish|upstart|sounds|gitweb)/"
    r"|/usr/share/postgresql-common/(?:t|server)/|/usr/share/(?:php8?[\d.]*|php)/php\.ini-\S+"
    r"|/etc/(?:ca-certificates|init\.d|init|cron[.\w]*|logrotate\.d|apparmor\.d|bash_completion\.d|apt|kernel|ufw"
    r"|systemd|X11|rc\d\.d|dbus-1|sysctl\.d|modprobe\.d|insserv\S*|default|update-motd\.d)/"
    r"|/var/(?:lib/(?:dpkg|apt)|cache/(?:apt|debconf|ldconfig|man))/"
    r"|.*\.(?:h|hpp|pc|pyc|pod|gir|typelib|vapi)$"
    r"|/usr/lib/(?:[^/]+-linux-[^/]+/)?[^/]+\.(?:a|la|o)$"
    r"|.*/clean-up-unmanaged-libraries$|.*/(?:README|COPYING|LICENSE|AUTHORS|NEWS|ChangeLog)(?:\.\w+)?$"
)
#: Also those of a JDK, which Debian links to; its package has no others.
_PROGRAMS = re.compile(r"/(?:usr/(?:local/)?)?s?bin/[^/]+|/usr/lib/jvm/[^/]+/bin/[^/]+")
_LIBRARIES = re.compile(
    r"/(?:usr/)?lib(?:64|32|x32)?/(?:[^/]+-linux-[^/]+/)?[^/]+\.so(?:\.[\w.]+)?"
)
_ALTERNATIVES = "/etc/alternatives/"
#: The only programs that read the JDK's Java modules beside its runtime.
_LINKERS = ("/bin/jlink", "/bin/jpackage", "/bin/jmod")
#: Directories that a package's postinst script fills, or that must exist to be written to.
_STATE = re.compile(r"/(?:run|var/(?:lib|log|run|spool|www|cache)|srv|etc)/.+")
_VARIABLE = re.compile(r"/(?:run|var/(?:lib|log|run|spool|cache))/.+")
#: Data of the whole system, which is kept if something shows that it is needed.
_BY_EVIDENCE = frozenset(
    {"libc6", "libc-bin", "locales", "locales-all", "ca-certificates", "perl-base", "musl"}
    | {"libc6-dev", "linux-libc-dev", "dpkg", "apt", "bash", "coreutils", "debconf", "tzdata"}
    | {"libpam-modules", "libpam-runtime", "libpam0g", "passwd", "login", "adduser", "base-files"}
)


@dataclass(frozen=True)
class Rounding:
    """The packages of an image to round up to, and the paths that are chosen elsewhere.

    ``files_only`` keeps used files and nothing else.
    """

    fat: Rootfs
    packages: Packages
    covered: tuple[str, ...] = ()
    in_base: frozenset[str] = frozenset()
    files_only: bool = False
    _of_package: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def of_used(self, used: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """The files that belong to the packages of these files, by the packages' names."""
        if self.files_only:
            return {}
        active: dict[str, None] = {}
        waiting = [p for path in used if (p := self.packages.owner(path)) and not _is_basic(p)]
        waiting += self._installed_for_their_data()
        while waiting:
            package = waiting.pop()
            if package.name in active:
                continue
            active.setdefault(package.name)
            needed = self.packages.needed_by(package)
            waiting += [one for one in needed if not _is_basic(one) and self._is_data(one)]
        found = {name: self._with_alternatives(self.packages.by_name[name]) for name in active}
        found |= {
            package.name: tuple(self._to_write_to(package))
            for package in self._needed(active)
            if package.name not in active and not _is_basic(package)
        }
        if not any(path.endswith(_LINKERS) for path in used):
            found = {
                name: tuple(path for path in paths if "/jmods/" not in path)
                for name, paths in found.items()
            }
        return {name: paths for name, paths in sorted(found.items()) if paths}

    def _with_alternatives(self, package: Package) -> tuple[str, ...]:
        """The files that belong to the package, and the links of update-alternatives to them, which
        belong to no package and by which the files are opened."""
        mine = self._belongings(package)
        names = (link for path in mine for link in self._alternatives.get(path, ()))
        return (*mine, *names)

    @cached_property
    def _alternatives(self) -> Mapping[str, Sequence[str]]:
        """The links to a file through update-alternatives, by the file."""
        found: dict[str, list[str]] = {}
        for path, node in self.fat.nodes.items():
            if node.kind != "link" or not node.target.startswith(_ALTERNATIVES):
                continue
            target = self.fat.resolve(path)
            if target and target.kind == "file" and not _NEVER.match(path):
                found.setdefault(target.path, []).append(path)
        return found

    def _needed(self, names: Iterable[str]) -> Iterator[Package]:
        """The packages that these depend on, directly or not."""
        waiting, seen = list(names), set(names)
        while waiting:
            for package in self.packages.needed_by(self.packages.by_name[waiting.pop()]):
                if package.name not in seen:
                    seen.add(package.name)
                    waiting.append(package.name)
                    yield package

    def _to_write_to(self, package: Package) -> Iterator[str]:
        """The empty directories of a package's state, which it created to be written to."""
        for path in package.paths:
            is_empty = self.fat.nodes[path].kind == "directory" and path not in self.fat.children
            if is_empty and _VARIABLE.match(path) and not _NEVER.match(f"{path}/"):
                yield path

    def unused(self, used: Iterable[str]) -> Iterator[tuple[Package, int]]:
        """Packages installed by name, none of whose programs is used, with their bytes."""
        there = {p.name for path in used if (p := self.packages.owner(path))}
        for package in self.packages.by_name.values():
            if self._was_asked_for(package) and package.name not in there:
                size = sum(self.fat.nodes[p].size for p in package.paths)
                if any(_PROGRAMS.fullmatch(path) for path in package.paths):
                    yield package, size

    def unused_programs(self, used: Iterable[str]) -> Iterator[tuple[Package, tuple[str, ...]]]:
        """Packages installed by name, and those of their family that they depend on, with their
        unused programs, if any of the family is used: redis-server and redis-tools."""
        there = frozenset(used)
        owners = {package.name for path in there if (package := self.packages.owner(path))}
        asked = {one.name for one in self.packages.by_name.values() if self._was_asked_for(one)}
        found: dict[str, None] = {}
        for name in sorted(asked):
            needed = [one.name for one in self._needed([name]) if _is_family(one.name, name)]
            if not owners.isdisjoint({name, *needed}):
                found |= dict.fromkeys([name, *needed])
        for name in found:
            package = self.packages.by_name[name]
            programs = tuple(
                path
                for path in package.paths
                if _PROGRAMS.fullmatch(path) and self.fat.file(path) and path not in there
            )
            if programs and (name in owners or name not in asked):
                yield package, programs

    def asked_for_programs(self) -> Mapping[str, str]:
        """The programs of packages that were installed by name, by the programs' names."""
        return {
            posixpath.basename(path): path
            for package in self.packages.by_name.values()
            if self._was_asked_for(package)
            for path in package.paths
            if _PROGRAMS.fullmatch(path) and self.fat.file(path)
        }

    def was_asked_for(self, path: str) -> bool:
        """Whether the file is of a package that the Dockerfile installs by name."""
        package = self.packages.owner(path)
        return package is not None and self._was_asked_for(package)

    def _was_asked_for(self, package: Package) -> bool:
        mine = not package.automatic and package.name not in self.in_base
        return bool(self.in_base) and mine and not _is_basic(package)

    def _installed_for_their_data(self) -> list[Package]:
        """Packages installed by name that have nothing to start or link with: plug-ins, data, a
        language's modules."""
        every = self.packages.by_name.values()
        return [one for one in every if self._was_asked_for(one) and self._is_data(one)]

    def _is_data(self, package: Package) -> bool:
        return not any(
            _PROGRAMS.fullmatch(path) or _LIBRARIES.fullmatch(path) for path in package.paths
        )

    def _belongings(self, package: Package) -> tuple[str, ...]:
        if package.name not in self._of_package:
            self._of_package[package.name] = tuple(dict.fromkeys(self._paths(package)))
        return self._of_package[package.name]

    def _paths(self, package: Package) -> Iterator[str]:
        below = tuple(f"{path}/" for path in self.covered)
        for path in package.paths:
            node = self.fat.nodes[path]
            if _NEVER.match(f"{path}/" if node.kind == "directory" else path):
                continue
            if path in self.covered or path.startswith(below):
                continue
            if node.kind == "directory":
                owners = self.packages.owners[path]
                if _STATE.fullmatch(path) and len(owners) == 1:
                    yield from self._made(path)
                elif len(owners) == 1 and path not in self.fat.children:
                    yield path
                elif len(owners) == 1 and path.count("/") > 3:
                    yield from self._made(path)
                continue
            if _PROGRAMS.fullmatch(path) or _LIBRARIES.fullmatch(path):
                continue
            if node.kind == "link" and self._leads_elsewhere(path, package):
                continue
            yield path

    def _leads_elsewhere(self, link: str, package: Package) -> bool:
        """Whether the link leads to a directory of other packages, which this package doesn't bring
        along unless the whole directory belongs to one that it depends on."""
        target = self.fat.resolve(link)
        if target is None or target.kind != "directory":
            return False
        mine = {package.name, *(one.name for one in self.packages.needed_by(package))}
        owners = self.packages.owners.get(target.path, ())
        return len(owners) != 1 or owners[0] not in mine

    def _made(self, directory: str) -> Iterator[str]:
        """The directory itself if it is empty, else the files in it that belong to no package."""
        if directory not in self.fat.children:
            yield directory
            return
        for path in self.fat.descendants(directory):
            node = self.fat.nodes[path]
            is_empty = node.kind == "directory" and path not in self.fat.children
            if path in self.packages.owners or (node.kind == "directory" and not is_empty):
                continue
            if not _NEVER.match(path) and "/__pycache__/" not in path:
                yield path


def _is_family(name: str, other: str) -> bool:
    """Whether two packages belong to one program, by the beginning of their names."""
    return re.split(r"[-.\d]", name)[0] == re.split(r"[-.\d]", other)[0]


def is_library(path: str) -> bool:
    """Whether the path is a shared library in a loader's default directories."""
    return _LIBRARIES.fullmatch(path) is not None


def _is_basic(package: Package) -> bool:
    return package.system or package.name in _BY_EVIDENCE
