"""The user's directory: settings, files, names. No other package reads or writes it."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.project.budget import Budget, Growth, read_size
    from bpkit.project.cache import (
        broken_kept,
        cache_directory,
        read_kept,
        write_kept,
        write_kept_bytes,
    )
    from bpkit.project.changes import changed_files, changed_members
    from bpkit.project.duplicate import duplicated
    from bpkit.project.extended_attributes import attributes
    from bpkit.project.file_names import BUILD_FILES, MULTI_FILE, RUNTIME_FILES
    from bpkit.project.form import BUILDER, has_dockerfile
    from bpkit.project.ground import DiskGround, ProjectTexts
    from bpkit.project.host_files import (
        IGNORE_FILE,
        FilesDigest,
        digest,
        needed_files,
        staged_files,
        stamp,
        whole_contexts,
    )
    from bpkit.project.kept_bytes import cache_place, read_kept_bytes
    from bpkit.project.lint_settings import LintSettings
    from bpkit.project.listing import read_tree
    from bpkit.project.loading import (
        IMAGE_CONTEXT,
        Project,
        ProjectChoices,
        check_accepted,
        load,
        named_pair,
        recipe_of,
    )
    from bpkit.project.new_files import (
        FOREIGN,
        RENEWED,
        SAME,
        NewFile,
        check_mine,
        is_sealed,
        put_back,
        sealed,
        set_aside,
        write_together,
    )
    from bpkit.project.not_built import missing_image
    from bpkit.project.probe_settings import PROBE_KEYS, STEP_KEYS
    from bpkit.project.programs import program_here
    from bpkit.project.reading import (
        SETTINGS_FILES,
        as_it_is,
        is_present,
        load_settings,
        read_dockerfile,
        read_text,
    )
    from bpkit.project.regular_file import read_head
    from bpkit.project.settings import STYLES, Settings, read_settings
    from bpkit.project.temporary_images import Workshop
    from bpkit.project.transfer import Transfer, Transfers
    from bpkit.project.workspace import (
        Member,
        declares_workspace,
        find_workspace,
        graph_of_members,
        member_choices,
        members_of,
    )

__all__ = [
    "BUILDER",
    "BUILD_FILES",
    "FOREIGN",
    "IGNORE_FILE",
    # The prefix of a named context that is an image.
    "IMAGE_CONTEXT",
    "MULTI_FILE",
    "PROBE_KEYS",
    "RENEWED",
    "RUNTIME_FILES",
    "SAME",
    "SETTINGS_FILES",
    # By the key that says what a step does.
    "STEP_KEYS",
    "STYLES",
    # The most bytes that an image may have as a whole, below paths, and of packages by name.
    "Budget",
    # A project's files; paths are relative to ``directory``.
    "DiskGround",
    # Digests of files: of their paths, modes, extended attributes and contents, and of the
    # traces that any change leaves.
    "FilesDigest",
    # How much an image may grow since it was last recorded: in bytes, or in percent.
    "Growth",
    # ``off`` are ids of rules; ``severity`` is by id, ``profiles`` by a pattern of paths.
    "LintSettings",
    # An image of a workspace and its project.
    "Member",
    # A file to write: its name in the project, its text, and its current text.
    "NewFile",
    # A project as read: its form, its Dockerfiles by path, its settings, the user's choices.
    "Project",
    # The command line's choices for a project; fields that it doesn't set are empty.
    "ProjectChoices",
    # The texts of a project's files by their paths, each read on first use.
    "ProjectTexts",
    # The settings of a project; empty or None if they aren't set.
    "Settings",
    # A path under which the engine is given a context, and since when it holds what was sent.
    "Transfer",
    # How the contexts of a project's images reached BuildKit so far, by the contexts' paths.
    "Transfers",
    # Where and how images are built; ``build_args`` are those that decide what is copied.
    "Workshop",
    # The current text of the file; None if it doesn't exist
    "as_it_is",
    # The extended attributes of ``path``, as bytes; empty if it has none.
    "attributes",
    # The files in the cache directory that can't be used, and why.
    "broken_kept",
    # The directory of bpkit's cache; it may not exist.
    "cache_directory",
    # The directory of bpkit's cache; it may not exist.
    "cache_place",
    # The files of the repository that differ from ``revision``, relative to ``directory``,
    # sorted.
    "changed_files",
    # The members that read one of the ``changed`` files, each with the first that it reads.
    "changed_members",
    # Raise InputError for the first instruction that a builder would refuse.
    "check_accepted",
    # Raise InputError, which names them all, for files that bpkit did not write.
    "check_mine",
    # Whether a file of the directory declares images
    "declares_workspace",
    # A digest of the host files
    "digest",
    # A directory with the files of ``directory``, until the block ends.
    "duplicated",
    # The workspace that the files of ``directory`` declare.
    "find_workspace",
    # Which images of the workspace need which, by the tags that their projects give them.
    "graph_of_members",
    # Whether the directory is a project by itself: it has a Dockerfile, or one of the pair.
    "has_dockerfile",
    # Whether the context at ``root`` has what ``source`` names.
    "is_present",
    # Whether bpkit wrote this text, and it hasn't been changed since.
    "is_sealed",
    # Read the project of a directory
    "load",
    # The settings of a project, from the first file that has them
    "load_settings",
    # The project behind a target of the workspace in ``directory``.
    "member_choices",
    # The project of each target; one that can't be read has its problem instead.
    "members_of",
    # The error for an image of a project that the engine doesn't have.
    "missing_image",
    # The two files of a pair whose names the settings give; None if they name none.
    "named_pair",
    # The host files that any stage of the image takes, or the whole context
    "needed_files",
    # A program on PATH, else beside the Python that runs bpkit, where pip puts those of
    # packages.
    "program_here",
    # Leave the files as they were before they were written.
    "put_back",
    # The Dockerfile of this name
    "read_dockerfile",
    # The first ``most`` characters of a text that is only searched for words.
    "read_head",
    # What ``write_kept`` wrote to this file of the cache; None if it can't be read.
    "read_kept",
    # The contents of this cache file; None if it can't be read.
    "read_kept_bytes",
    # The settings in a ``bpkit.toml``, or in a pyproject.toml's ``[tool.bpkit]``.
    "read_settings",
    # ``12 MB``, ``500kB``, ``1.5 GiB`` or a number in bytes
    "read_size",
    # The text of a file
    "read_text",
    # The paths below ``directory``; with ``ignore``, those that are not excluded.
    "read_tree",
    # The recipe of a project; raises InputError for what is found wrong before any engine.
    "recipe_of",
    # ``text`` with the line by which bpkit recognizes it; ``what`` says what made it.
    "sealed",
    # Remove a file, kept as ``.bak``.
    "set_aside",
    # The host files by the name of the image whose context they are staged in.
    "staged_files",
    # A value that any change of a file changes: a change time can't be set back.
    "stamp",
    # The images that take files from a context that is given to the engine as it is.
    "whole_contexts",
    # Write ``data`` as JSON to a file of the cache, all or nothing, and return whether it
    # worked.
    "write_kept",
    # The same for bytes.
    "write_kept_bytes",
    # Write the files, or leave everything as it was.
    "write_together",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "budget": "Budget Growth read_size",
        "cache": "broken_kept cache_directory read_kept write_kept write_kept_bytes",
        "changes": "changed_files changed_members",
        "duplicate": "duplicated",
        "extended_attributes": "attributes",
        "file_names": "BUILD_FILES MULTI_FILE RUNTIME_FILES",
        "form": "BUILDER has_dockerfile",
        "ground": "DiskGround ProjectTexts",
        "host_files": (
            "FilesDigest IGNORE_FILE digest needed_files staged_files stamp whole_contexts"
        ),
        "kept_bytes": "cache_place read_kept_bytes",
        "lint_settings": "LintSettings",
        "listing": "read_tree",
        "loading": "IMAGE_CONTEXT Project ProjectChoices check_accepted load named_pair recipe_of",
        "new_files": (
            "FOREIGN NewFile RENEWED SAME check_mine is_sealed put_back sealed set_aside "
            "write_together"
        ),
        "not_built": "missing_image",
        "probe_settings": "PROBE_KEYS STEP_KEYS",
        "programs": "program_here",
        "reading": "SETTINGS_FILES as_it_is is_present load_settings read_dockerfile read_text",
        "regular_file": "read_head",
        "settings": "STYLES Settings read_settings",
        "temporary_images": "Workshop",
        "transfer": "Transfer Transfers",
        "workspace": (
            "Member declares_workspace find_workspace graph_of_members member_choices members_of"
        ),
    },
)
