"""An image as a value: its configuration, its files, and the facts in them."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.image.config import DEFAULT_PATH, ImageConfig, read_config
    from bpkit.image.contents import ContentsError, read_contents
    from bpkit.image.diff import (
        Difference,
        DiffVerdict,
        Snapshot,
        differences,
        times_differ,
        without_noise,
        without_own,
    )
    from bpkit.image.evidence import Evidence, Imports, databases, named_files, read_program
    from bpkit.image.execution import (
        SHELLS,
        Link,
        chain,
        follow,
        interpreter_of,
        shell_text,
        simple_command,
    )
    from bpkit.image.libraries.model import Library
    from bpkit.image.libraries.search import Closure, MissingLibrary, MissingVersion, closure
    from bpkit.image.lookup import Lookup, look_up
    from bpkit.image.packages import Package, Packages, packages_of
    from bpkit.image.read import FileFacts, LookInto, Witness, nowhere, read_tar
    from bpkit.image.rootfs import (
        Identity,
        LinkLoopError,
        Node,
        Rootfs,
        join,
        layered,
        mode_text,
        parents,
    )
    from bpkit.image.saved.archive import (
        SavedImage,
        config_of,
        is_saved,
        open_saved,
        read_saved,
        read_stream,
        saved_rootfs,
    )
    from bpkit.image.saved.layers import Layer, Look
    from bpkit.image.saved.manifest import Blobs, BuildRecord
    from bpkit.image.saved.stack import Hidden, Stack, stacked
    from bpkit.image.selection import (
        FileGroup,
        LeftOut,
        Linked,
        MadeFile,
        Selection,
        is_engines,
        on_the_way,
        settled,
        spared,
        taken,
    )
    from bpkit.image.subject import Places, Subject, places_of
    from bpkit.image.tar import Body, TarError, members
    from bpkit.image.users import AccountError, accounts, identity_of, is_numeric

__all__ = [
    # The engine's PATH for an image without one (moby, daemon/pkg/oci/caps DefaultPathEnv).
    "DEFAULT_PATH",
    "SHELLS",
    # The engine will refuse this USER: it or its group is not in the image.
    "AccountError",
    # An image in an archive: the names of its blobs there.
    "Blobs",
    # The content of one file after another in a stream, all in one buffer.
    "Body",
    # The builder's record of a build: the first line that made each layer, by the layer's
    # number.
    "BuildRecord",
    # What a program needs from its image to be started, besides itself.
    "Closure",
    # The stream isn't a tar, or is truncated.
    "ContentsError",
    # The comparison of two images
    "DiffVerdict",
    # One difference: ``what`` (mode, content, entrypoint …) of ``subject``.
    "Difference",
    # What is known about one program
    "Evidence",
    # Reads from files what decides whether a program starts, and shows them to a witness.
    "FileFacts",
    # Paths that are kept for one reason, free of links except in the last component.
    "FileGroup",
    # A path of a lower layer that a later one hides; layers are counted from 0.
    "Hidden",
    # A process's identity: its user and all its groups
    "Identity",
    # The configuration of an image
    "ImageConfig",
    # The modules that one file imports, as its language names them; and its texts.
    "Imports",
    # A layer by the name of its blob
    "Layer",
    # Files to leave out of a kept directory, by a name pattern (``*.pyc``).
    "LeftOut",
    # A library that the loader would load.
    "Library",
    # One program in the chain
    "Link",
    # Following the links never ends (ELOOP).
    "LinkLoopError",
    # A link of the new image that is created: its path, and its target as written.
    "Linked",
    # Looks at an image's files while they are read.
    "Look",
    "LookInto",
    # The result of looking up a name
    "Lookup",
    # A directory of the new image that is created, not copied.
    "MadeFile",
    # A library that the loader won't find
    "MissingLibrary",
    # A symbol version that a file needs from a library and that the library found doesn't
    # have.
    "MissingVersion",
    # The entry at one path; ``path`` is absolute and contains no links.
    "Node",
    # An installed package
    "Package",
    # An image's packages, by name; ``provided`` maps virtual names to them.
    "Packages",
    # The lines in a Dockerfile that decide what is in the image; None if it has none.
    "Places",
    # All paths in an image
    "Rootfs",
    # An image on disk whose manifest and configuration have been read, but not its layers.
    "SavedImage",
    # The files to keep of the old image, and the changes to them.
    "Selection",
    # An image: its files, and its configuration as ``image inspect`` has it.
    "Snapshot",
    # The file system of all layers
    "Stack",
    # An image under check
    "Subject",
    # The stream isn't a tar, is truncated, or can't be decompressed; ``hint`` is what to do.
    "TarError",
    # Looks at the content of some files while they are read.
    "Witness",
    # The valid lines of the image's /etc/passwd.
    "accounts",
    # The programs that ``docker run`` of the image starts, as far as is certain.
    "chain",
    # The libraries that the ELF file at ``path`` is started with in this image.
    "closure",
    # The configuration of the image with these blobs.
    "config_of",
    # The files that the imported functions read.
    "databases",
    # All differences, configuration first, then by path.
    "differences",
    # The chain that begins with ``argv``.
    "follow",
    # The identity of ``USER user``
    "identity_of",
    # The interpreter in a shebang, and its single argument if there is one.
    "interpreter_of",
    # Whether the engine, not the image, provides ``path``.
    "is_engines",
    # Whether ``USER`` is a number, as Kubernetes' runAsNonRoot requires.
    "is_numeric",
    # Whether the path may be a saved image: a file, or a layout.
    "is_saved",
    # Paths in an image, joined and normalized without following links.
    "join",
    # The file system of the layers, later ones on top of earlier ones.
    "layered",
    # The result of looking up ``name`` when a process in this image executes it.
    "look_up",
    # Each member as a node, and the path of the file that it is a hard link to, or "".
    "members",
    # The mode and owner as in ``ls -ln``: ``-rwxr-xr-x 0:0``.
    "mode_text",
    # The image's files and directories that the texts name, from ``workdir`` if relative.
    "named_files",
    # False: no clues are needed for any path.
    "nowhere",
    # The links on the way to ``path``, and their targets; empty if the path doesn't exist.
    "on_the_way",
    # The image at ``path``, or the one named ``wanted`` of several
    "open_saved",
    # An image's packages; none if it has no known database.
    "packages_of",
    # The directories above an absolute ``path``, the root first.
    "parents",
    # The lines of ``stage`` and of the stages that it starts from.
    "places_of",
    # The configuration in the ``Config`` of ``docker image inspect``.
    "read_config",
    # The items of a tar (``docker export``), to its end
    "read_contents",
    # The evidence in a whole binary, or in a script.
    "read_program",
    # The layers of the image, the base first
    "read_saved",
    # The image that an engine's ``save`` writes, in one pass
    "read_stream",
    # The file system in a tar, in one pass.
    "read_tar",
    # The file system of the image, as in a container
    "saved_rootfs",
    # The same selection without redundancy: no path inside a kept directory, and nothing left
    # out that is kept by its own path.
    "settled",
    # The command that is passed to a shell with ``-c``; None for anything else.
    "shell_text",
    # The words of the only program that a shell command starts, if it alone decides the
    # status.
    "simple_command",
    # Paths that are kept themselves while something around them is left out.
    "spared",
    # The combined layers, given from the base up
    "stacked",
    # The file system that results from the selection on ``rootfs``.
    "taken",
    # The number of paths that differ only in their time.
    "times_differ",
    # The differences that count, and those that a second build of the same form shows too.
    "without_noise",
    # The differences that count, and those of files with one of these texts on both sides.
    "without_own",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "config": "DEFAULT_PATH ImageConfig read_config",
        "contents": "ContentsError read_contents",
        "diff": (
            "DiffVerdict Difference Snapshot differences times_differ without_noise without_own"
        ),
        "evidence": "Evidence Imports databases named_files read_program",
        "execution": "Link SHELLS chain follow interpreter_of shell_text simple_command",
        "libraries.model": "Library",
        "libraries.search": "Closure MissingLibrary MissingVersion closure",
        "lookup": "Lookup look_up",
        "packages": "Package Packages packages_of",
        "read": "FileFacts LookInto Witness nowhere read_tar",
        "rootfs": "Identity LinkLoopError Node Rootfs join layered mode_text parents",
        "saved.archive": (
            "SavedImage config_of is_saved open_saved read_saved read_stream saved_rootfs"
        ),
        "saved.layers": "Layer Look",
        "saved.manifest": "Blobs BuildRecord",
        "saved.stack": "Hidden Stack stacked",
        "selection": (
            "FileGroup LeftOut Linked MadeFile Selection is_engines on_the_way settled spared taken"
        ),
        "subject": "Places Subject places_of",
        "tar": "Body TarError members",
        "users": "AccountError accounts identity_of is_numeric",
    },
)
