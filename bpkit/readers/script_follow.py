"""Follows the actions of a script: which image a tag or a container means, what lies where."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field

from bpkit import docker_calls as calls
from bpkit import shell_files as files
from bpkit.conversion.outcome import Remarks
from bpkit.conversion.parts import full_tag
from bpkit.dockerfile import DockerfileError, parse
from bpkit.errors import InputError, Place
from bpkit.readers.script_host import Ground, Host, Out, Written, key
from bpkit.readers.script_images import Built, flags_of, labels_of, shown_flags
from bpkit.readers.script_runs import command_of, is_idle, packed_by, run_text, workdir_of
from bpkit.shell_reading import Fate, unknown
from bpkit.shell_streams import FromFile, FromText, ToFile, ToTerminal, ToUntar
from bpkit.shell_values import HostPath, Value


@dataclass
class _Container:
    """A container: its image, and what ran in it that a RUN must do instead."""

    built: Built
    ran: list[calls.RunContainer | calls.Exec] = field(default_factory=list)
    begun: Place | None = None


@dataclass
class Follower:
    """The state of the machine that a script would run on, as far as it matters."""

    ground: Ground
    remarks: Remarks
    built: list[Built] = field(default_factory=list)
    decisions: dict[Place, tuple[Fate, str]] = field(default_factory=dict)
    outs: list[tuple[Place, str]] = field(default_factory=list)
    unpacked: set[Place] = field(default_factory=set)
    _by_name: dict[str, Built] = field(default_factory=dict)
    _containers: dict[str, _Container] = field(default_factory=dict)
    _host: Host = field(init=False)

    def __post_init__(self) -> None:
        self._host = Host(self.ground)

    def decide(self, place: Place, fate: Fate, why: str) -> None:
        """What becomes of the command at ``place``; of several decisions the gravest counts."""
        if place not in self.decisions or self.decisions[place][0] < fate:
            self.decisions[place] = (fate, why)

    def follow(self, action: calls.Action) -> None:
        """Let one action happen. Raises InputError for what has no other form."""
        match action:
            case calls.Build():
                self._build(action)
            case calls.Create():
                self._containers[str(action.container)] = _Container(self._image(action.image))
            case calls.RunContainer():
                self._run(action)
            case calls.Exec():
                self._container(action.container).ran.append(action)
            case calls.Start():
                self._start(action)
            case calls.CopyOut():
                self._copy_out(action)
            case calls.Tag():
                self._by_name[full_tag(str(action.name))] = self._image(action.image)
            case calls.Push():
                self._push(action)
            case calls.CopyIn() | calls.Export() | calls.Commit():
                raise _no_form(action)
            case calls.Save() | calls.RemoveContainer() | calls.RemoveImage():
                pass
            case _:
                self._on_host(action)

    # Images and containers

    def _image(self, name: Value) -> Built:
        """The image of that name; one from outside becomes an image of its own."""
        shown = full_tag(str(name))
        if shown in self._by_name:
            return self._by_name[shown]
        if name.text is None:
            raise unknown(name.symbols[0], "the name of the image").error()
        dockerfile = parse(f"FROM {name.text}\n", f"Dockerfile of {name.text}")
        built = Built(f"#{len(self.built)}", name.text, dockerfile)
        self._add(built, [shown])
        return built

    def _add(self, built: Built, names: list[str]) -> None:
        self.built.append(built)
        for name in names:
            self._by_name[name] = built

    def _container(self, name: Value) -> _Container:
        found = self._containers.get(str(name))
        if found is None:
            raise InputError(
                f"which image the container {name} is of is not known",
                hint="create it in this script, with docker create or docker run --name",
            )
        return found

    def _push(self, action: calls.Push) -> None:
        found = self._by_name.get(full_tag(str(action.image)))
        if found:
            found.pushed = True
        self.decide(action.source.place, Fate.LEFT, "push the image after the build")

    # Building

    def _build(self, action: calls.Build) -> None:
        if action.remote is not None:
            raise InputError(
                f"the build context is {action.remote}", hint="clone it, and build from there"
            )
        context, is_virtual, placed = self._context(action)
        dockerfile = self._dockerfile(action)
        tag = tag_text(action.tags[0] if action.tags else Value())
        path = action.dockerfile
        in_project = path is not None and path.in_project and self.ground.text(key(path))
        built = Built(
            f"#{len(self.built)}",
            tag,
            dockerfile,
            action,
            path=key(path) if path is not None and in_project else None,
            context=context,
            is_virtual=is_virtual,
            build_args=flags_of(action),
            flags=shown_flags(action),
            labels=labels_of(action),
            target=str(action.target) if action.target else None,
            platform=action.platform.text if action.platform else None,
            placed=placed,
        )
        names = [
            full_tag(str(one)) for one in (*action.tags, *([action.image] if action.image else []))
        ]
        self._add(built, names)

    def _context(self, action: calls.Build) -> tuple[str, bool, tuple[tuple[str, Out], ...]]:
        if action.context is None:
            return ".", True, self._printed_context(action)
        place = key(action.context)
        is_virtual = not (action.context.in_project and self.ground.is_directory(place))
        is_known_elsewhere = not action.context.in_project and not action.context.symbols
        if is_known_elsewhere and not any(self._host.below(place)):
            raise InputError(
                f"the build context {action.context} lies outside the project",
                hint="run bpkit convert in the directory that holds it all",
            )
        context = "." if is_virtual else place
        placed = tuple(
            (path, origin)
            for path, origin in self._host.below(place)
            if is_virtual or not self.ground.ignores(place, path)
        )
        return context, is_virtual, placed  # type: ignore[return-value]

    def _printed_context(self, action: calls.Build) -> tuple[tuple[str, Out], ...]:
        """The context that a container prints as a tar; none for a Dockerfile on its own."""
        stdin = action.stdin
        if not isinstance(stdin, calls.FromAction):
            if action.dockerfile is None and isinstance(stdin, FromText | FromFile):
                return ()
            raise InputError(
                "what the build reads from standard input is not known",
                hint="let docker build read a Dockerfile, or the output of docker run … tar",
            )
        run = stdin.action
        if not isinstance(run, calls.RunContainer):
            raise InputError(
                "the build context is a tar that only a run of the script makes",
                hint="copy the artifacts out with docker cp, and build in a directory",
            )
        built = self._image(run.image)
        self._forget(run)
        return tuple((name, out) for name, out in self._packed(run, built))

    def _forget(self, run: calls.RunContainer) -> None:
        self.decide(run.source.place, Fate.CARRIED, "what it prints comes out of the stage now")

    def _dockerfile(self, action: calls.Build):  # type: ignore[no-untyped-def]
        path = action.dockerfile
        if path is None:
            return self._dockerfile_of_stdin(action)
        if path.symbols:
            raise unknown(path.symbols[0], "the Dockerfile's path").error()
        name = key(path)
        text = self.ground.text(name) if path.in_project else None
        for rest, origin in self._host.below(name):
            if rest == "." and isinstance(origin, Written):
                text = origin.content
            elif rest == "." and not isinstance(origin, Out | Written):
                name, text = origin.path, self.ground.text(origin.path)
        if text is None:
            raise InputError(
                f"there is no Dockerfile {name}",
                hint="start bpkit convert where the script is started",
            )
        return parse(text, name)

    def _dockerfile_of_stdin(self, action: calls.Build):  # type: ignore[no-untyped-def]
        match action.stdin:
            case FromFile(path=path) if path.in_project and self.ground.text(key(path)):
                return parse(self.ground.text(key(path)) or "", key(path))
            case FromText(content=content) if content.text is not None:
                return parse(content.text, f"{action.source.place}")
        raise InputError(
            "the Dockerfile comes from a command that only a run of the script knows",
            hint="put it into a file",
        )

    # Running

    def _run(self, action: calls.RunContainer) -> None:
        built = self._image(action.image)
        container = _Container(built, begun=action.source.place)
        self._containers[str(action.container)] = container
        match action.output:
            case ToFile(path=path) if not _is_nowhere(path):
                self._printed(action, built, path)
            case ToUntar():
                self._unpacked(action, built, action.output)
            case _:
                command = command_of(action, built.image())
                if command is None or not is_idle(command):
                    container.ran.append(action)
                self._judge_run(action, command)

    def _judge_run(self, action: calls.RunContainer, command: tuple[str, ...] | None) -> None:
        shares = [m for m in action.mounts if m.host is not None and m.host.in_project]
        writes = [m for m in shares if "ro" not in m.options]
        if writes and not action.detached and (command is None or not is_idle(command)):
            raise InputError(
                f"a container works on {writes[0].host}, a directory of the host",
                hint="let a Dockerfile do it: COPY what it needs, RUN what it runs, and take the "
                "result out of the image",
            )
        if isinstance(action.output, ToTerminal):
            self.decide(action.source.place, Fate.LEFT, "runs a container: still to be done by you")

    def _printed(self, action: calls.RunContainer, built: Built, path: HostPath) -> None:
        """``docker run X cat /f > f``."""
        command = command_of(action, built.image()) or ()
        if len(command) == 2 and posixpath.basename(command[0]) == "cat":
            source = posixpath.normpath(posixpath.join(workdir_of(built.image()), command[1]))
            out = Out(built.name, source, action.source.place, plain_mode=True)
            self._host.placed[key(path)] = out
            self.outs.append((action.source.place, built.name))
            self.remarks.note(
                f"{source} keeps the mode that it has in the image; the script gave it a new one",
                action.source.place,
            )
            return
        raise InputError(
            "what this container prints is not a file of it as it is",
            hint="let the Dockerfile write it to a file, and copy that out",
        )

    def _unpacked(self, action: calls.RunContainer, built: Built, into: ToUntar) -> None:
        """``docker run X tar c … | tar x``."""
        if into.members or into.strip_components:
            raise InputError(
                "tar x takes only a part of what the container prints",
                hint="let tar c in the container print just that",
            )
        for name, out in self._packed(action, built):
            directory = key(into.directory)
            at = directory if name == "." else name if directory == "." else f"{directory}/{name}"
            self._host.placed[at] = out

    def _packed(self, action: calls.RunContainer, built: Built):  # type: ignore[no-untyped-def]
        image = built.image()
        command = command_of(action, image)
        packed = packed_by(command, workdir_of(image)) if command else None
        if packed is None:
            raise InputError(
                "which files this container prints is not known",
                hint="write it as docker run … tar c -C /directory files, or use docker cp",
            )
        self.outs.append((action.source.place, built.name))
        for path, name in packed.members:
            source = f"{path}/." if name == "." else path
            yield name, Out(built.name, source, action.source.place)

    def _start(self, action: calls.Start) -> None:
        container = self._container(action.container)
        container.ran.append(
            calls.RunContainer(action.source, Value((container.built.tag,)), action.container)
        )

    def _copy_out(self, action: calls.CopyOut) -> None:
        container = self._container(action.container)
        if action.path.text is None:
            raise unknown(action.path.symbols[0], "the path in the container").error()
        if container.begun:
            self.decisions[container.begun] = (Fate.CARRIED, "a container to copy artifacts out of")
        for run in container.ran:
            self._as_instruction(run, container.built)
        container.ran.clear()
        path = posixpath.normpath("/" + action.path.text).replace("//", "/", 1)
        contents = action.path.text.endswith("/.") or self._is_new_directory(action)
        name = posixpath.basename(path)
        out = Out(container.built.name, f"{path}/." if contents else path, action.source.place)
        if path == "/":
            raise InputError(
                "this takes the whole file system of the container",
                hint="copy the directories that are needed",
            )
        match action.destination:
            case HostPath():
                self._put(out, name, action.destination, contents)
            case ToUntar(directory=directory, members=(), strip_components=0):
                self._host.make_directory(directory)
                self._put(out, name, directory, contents)
            case _:
                raise InputError(
                    "the tar that docker cp prints goes somewhere that is not followed",
                    hint="give docker cp a path on the host",
                )
        self.outs.append((action.source.place, container.built.name))

    def _is_new_directory(self, action: calls.CopyOut) -> bool:
        """Whether a slash says that a directory is copied, and docker cp makes it anew."""
        if not isinstance(action.destination, HostPath):
            return False
        slash = bool(action.destination.ending) or (action.path.text or "").endswith("/")
        return slash and not self._host.is_directory(action.destination)

    def _put(self, out: Out, name: str, destination: HostPath, contents: bool) -> None:
        if contents:
            self._host.put_contents(out, destination)
        else:
            self._host.put(out, name, destination)

    def _as_instruction(self, run: calls.RunContainer | calls.Exec, built: Built) -> None:
        """What ran in the container becomes a RUN of its image."""
        command = command_of(run, built.image())
        if command is None:
            raise InputError(
                "what runs in this container depends on something only a run knows",
                place=run.source.place,
                hint="write it as a RUN into the Dockerfile",
            )
        if isinstance(run, calls.RunContainer) and run.detached:
            raise InputError(
                "this runs in the background while files are copied out, so which of them it has "
                "made by then is not known",
                place=run.source.place,
                hint="write it as a RUN into the Dockerfile, and run the container with true",
            )
        if isinstance(run, calls.RunContainer) and (run.mounts or run.user):
            raise InputError(
                "what runs in this container has volumes, or another user, which a RUN has not",
                place=run.source.place,
                hint="write it as a RUN into the Dockerfile",
            )
        try:
            text = run_text(command, run, built.dockerfile.escape)
        except DockerfileError as error:
            raise error.at(run.source.place) from error
        if text not in built.added:
            built.added.append(text)
            self.remarks.note(f"{text} added to {built.dockerfile.name}", run.source.place)
        self.decisions[run.source.place] = (Fate.CARRIED, f"is {text} in the build stage now")

    # The host

    def _on_host(self, action: calls.Action) -> None:
        host = self._host
        match action:
            case files.MakeDirectory(paths=paths):
                for path in paths:
                    host.make_directory(path)
            case files.RemoveHost(paths=paths):
                for path in paths:
                    host.remove(path)
            case files.CopyHost() | files.MoveHost():
                for origin in action.origins:
                    host.copy(origin, action.destination, action.source.place)
                    if isinstance(action, files.MoveHost):
                        host.remove(origin)
            case files.UnpackTar():
                self._unpack(action)
            case files.ChangeMode(paths=paths, mode=mode):
                for path in paths:
                    self._mode(action, mode, path)
            case files.WriteHost(path=path, content=content, append=append):
                known = None if append else content.text
                host.placed[key(path)] = Written(known, action.source.place)
            case files.LinkHost(path=path) | files.PackTar(output=ToFile(path=path)):
                host.placed[key(path)] = Written(None, action.source.place)

    def _unpack(self, action: files.UnpackTar) -> None:
        """``tar x`` of an artifact: the stage that makes it unpacks it, and gives what is in it."""
        into = key(action.into.directory)
        for rest, origin in list(self._host.below(key(action.archive))):
            if rest != "." or not isinstance(origin, Out):
                continue
            maker = next(built for built in self.built if built.name == origin.maker)
            if action.into.members or not re.fullmatch(r"[\w./+=,@-]+", origin.path):
                raise InputError(
                    "only a part of the archive is unpacked",
                    hint="unpack it in the stage that makes it",
                )
            place = f"/unpacked/{posixpath.basename(origin.path)}"
            strip = action.into.strip_components
            flags = "xzf" if action.into.compressed else "xf"
            more = f" --strip-components={strip}" if strip else ""
            text = f"RUN mkdir -p {place} && tar {flags} {origin.path} -C {place}{more}"
            if text not in maker.added:
                maker.added.append(text)
            out = Out(maker.name, f"{place}/.", action.source.place)
            self._host.placed[into] = out
            self._host.directories.add(into)
            self.outs.append((action.source.place, maker.name))
            self.unpacked.add(origin.place)
            self.decide(action.source.place, Fate.CARRIED, f"is {text} in the build stage now")
            return
        self._host.placed[into] = Written(None, action.source.place)

    def _mode(self, action: files.ChangeMode, mode: Value, path: HostPath) -> None:
        """``chmod`` of an artifact is done in the stage that makes it."""
        for rest, origin in self._host.below(key(path)):
            if rest != "." or not isinstance(origin, Out):
                continue
            maker = next(built for built in self.built if built.name == origin.maker)
            where = origin.path.removesuffix("/.")
            flag = "-R " if action.recursive else ""
            text = f"RUN chmod {flag}{mode} {where}"
            if mode.text is None or not re.fullmatch(r"[\w./+=,@-]+", where):
                raise InputError("this chmod can't be written as a RUN", hint="do it in the stage")
            if text not in maker.added:
                maker.added.append(text)
            self.decide(action.source.place, Fate.CARRIED, f"is {text} in the build stage now")


def _is_nowhere(path: HostPath) -> bool:
    return str(path).startswith("/dev/")


def _no_form(action: calls.CopyIn | calls.Export | calls.Commit) -> InputError:
    match action:
        case calls.CopyIn():
            return InputError(
                "files go into a container that exists already", hint="COPY them in its Dockerfile"
            )
        case calls.Export():
            return InputError(
                "this takes the whole file system of the container",
                hint="copy the directories that are needed",
            )
    return InputError(
        "an image made of a container has no Dockerfile", hint="write what happened to it as RUN"
    )


def tag_text(tag: Value) -> str:
    """The name of an image; what only a run knows is left out."""
    if tag.text is not None:
        return tag.text
    known = tag.partition(":")[0]
    return known.text if known.text is not None else ""
