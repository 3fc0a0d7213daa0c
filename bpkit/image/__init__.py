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
    from bpkit.image.read import Facts, LookInto, Witness, nowhere, read_tar
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
    # What the engine sets where the image has no PATH (moby, daemon/pkg/oci/caps
    # DefaultPathEnv).
    "DEFAULT_PATH",
    "SHELLS",
    # The engine will refuse this USER: it, or its group, is not in the image.
    "AccountError",
    # An image in an archive, by the names of its files there.
    "Blobs",
    # The content of one file after another in a stream, all in one buffer.
    "Body",
    # What the builder wrote of a build: the first line that made each layer, by its number.
    "BuildRecord",
    # What a program needs of its image to be started, besides itself.
    "Closure",
    # The stream isn't a tar, or is cut short.
    "ContentsError",
    # How two images compare
    "DiffVerdict",
    # One thing that differs: ``what`` (mode, content, entrypoint …) of ``subject``.
    "Difference",
    # What is known of one program
    "Evidence",
    # Looks at files for what decides whether a program starts, and shows them to a witness.
    "Facts",
    # Paths that are taken for one reason, each after all links but those that it is itself.
    "FileGroup",
    # A path of a lower layer that a later one hides; layers are counted from 0.
    "Hidden",
    # Who a process is: its user, and all groups that it is in
    "Identity",
    # The configuration of an image
    "ImageConfig",
    # The modules that one file asks for, in the words of its language; and its texts.
    "Imports",
    # A layer by the name of its blob
    "Layer",
    # What is left out below a directory that is taken: all that is called so (``*.pyc``).
    "LeftOut",
    # A library that the loader would load.
    "Library",
    # One program of the chain
    "Link",
    # Following links never comes to an end (ELOOP).
    "LinkLoopError",
    # A link of the new image that is made: where it is, and where it leads, as written.
    "Linked",
    # Who looks at the files of an image while they pass by.
    "Look",
    "LookInto",
    # Where a name led
    "Lookup",
    # A directory of the new image that is made, not taken.
    "MadeFile",
    # A library that the loader will not find
    "MissingLibrary",
    # A symbol version that a file wants of a library, and that the one found does not offer.
    "MissingVersion",
    # What is at one path, ``path`` being absolute and free of links itself.
    "Node",
    # A package that is installed
    "Package",
    # The packages of an image, by their names; ``provided`` leads from a virtual name to
    # them.
    "Packages",
    # The lines of a Dockerfile that decide what is in the image; None if it has none.
    "Places",
    # All paths of an image
    "Rootfs",
    # An image on disk whose manifest and configuration have been read, its layers not yet.
    "SavedImage",
    # What is taken of the old image, and what becomes of it.
    "Selection",
    # An image: its files, and its configuration as ``image inspect`` has it.
    "Snapshot",
    # The file system of all layers
    "Stack",
    # An image under check
    "Subject",
    # The stream isn't a tar, is cut short, or can't be decompressed; ``hint`` is what to do.
    "TarError",
    # Somebody who looks at the content of some files while they pass by.
    "Witness",
    # The lines of the image's /etc/passwd that can be read.
    "accounts",
    # What ``docker run`` of the image starts, as far as it can be told
    "chain",
    # The libraries that the ELF file at ``path`` is started with in this image.
    "closure",
    # How the image of these blobs is started.
    "config_of",
    # The files that the imported functions read.
    "databases",
    # All differences, configuration first, then by path.
    "differences",
    # The chain that begins with ``argv``.
    "follow",
    # Who ``USER user`` is
    "identity_of",
    # The interpreter of a shebang, and its one argument where it has one.
    "interpreter_of",
    # Whether the engine, not the image, decides what is at ``path``.
    "is_engines",
    # Whether ``USER`` gives the user by number, as Kubernetes' runAsNonRoot requires.
    "is_numeric",
    # Whether this is something on disk that may be a saved image: a file, or a layout.
    "is_saved",
    # Paths of an image joined and normalized, without following links.
    "join",
    # The file system that later layers make on top of earlier ones.
    "layered",
    # What ``name`` leads to when a process of this image executes it.
    "look_up",
    # Each member as a node, and the path of the file that it is a hard link to, or "".
    "members",
    # Mode and owner as in ``ls -ln``: ``-rwxr-xr-x 0:0``.
    "mode_text",
    # Files and directories of the image that the texts name, from ``workdir`` if relative.
    "named_files",
    # False: no clues are needed for any path.
    "nowhere",
    # The links that are followed to ``path``, and where they lead; nothing if nothing is
    # there.
    "on_the_way",
    # The image at ``path``, or the one called ``wanted`` of several there
    "open_saved",
    # The packages of an image; none if it has no database that is known here.
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
    # The file system of the image, as a container of it has it
    "saved_rootfs",
    # The same selection with each path once: none that a directory brings along, and nothing
    # left out that is taken by its own path.
    "settled",
    # The command that a shell is given with ``-c``; None for anything else.
    "shell_text",
    # The words of the one program that a shell command starts, if that decides over its
    # success.
    "simple_command",
    # What is taken by its own path, or kept, where something is left out around it.
    "spared",
    # The layers on top of each other, the base first
    "stacked",
    # The file system that the selection makes of ``rootfs``.
    "taken",
    # How many paths differ in their time and in nothing else.
    "times_differ",
    # The differences that count, and those that a second build of one form shows too.
    "without_noise",
    # The differences that count, and those of files that hold one of these texts on both
    # sides.
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
        "read": "Facts LookInto Witness nowhere read_tar",
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
