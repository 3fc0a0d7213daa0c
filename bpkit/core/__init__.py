"""The compiler: turns a Recipe into a Plan, which the runner carries out through docker."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.core.arguments import (
        Given,
        Lit,
        Param,
        Words,
        as_shell,
        named,
        quote,
        shell_line,
        words,
    )
    from bpkit.core.buildx import client_configuration, has_buildx
    from bpkit.core.container import Container, container_of
    from bpkit.core.engine import (
        Engine,
        ImageInfo,
        Question,
        Versions,
        check_context,
        failure,
        read_images,
        says_builder,
        uses_buildkit,
    )
    from bpkit.core.labels import IMAGE_LABEL, PROJECT_LABEL, RUN_LABEL, image_label, owner_of
    from bpkit.core.options import WHOLE, BuildOptions, Facts, HostFiles
    from bpkit.core.planning import NO_COMMAND, image_id, plain_path, plan
    from bpkit.core.process import (
        Completed,
        ProgramMissingError,
        Stream,
        load_plumbum,
        output,
        start,
    )
    from bpkit.core.recipe import (
        BUILD,
        RUNTIME,
        STAGE,
        Artifact,
        Image,
        Recipe,
        build_tag,
        check_tag,
        project_name,
    )
    from bpkit.core.runner import (
        SETTLE,
        Orders,
        Progress,
        StepError,
        carry_out,
        clear_up_after_killed,
    )
    from bpkit.core.signals import SIGNALS, InterruptedRunError, interruptible, listening
    from bpkit.core.staging import (
        Staging,
        is_on,
        left_over,
        remove_tree,
        staging_prefix,
        still_on,
        unstaged_run,
    )
    from bpkit.core.steps import (
        RUN_ID,
        STAGING,
        Capture,
        EndIf,
        Plan,
        Run,
        Step,
        TempDir,
        WriteFile,
        staged,
    )

__all__ = [
    # The role of an image, as its label gives it.
    "BUILD",
    # … an image its project's name and its role: ``hellogo/build``.
    "IMAGE_LABEL",
    "NO_COMMAND",
    # A container carries its project's name and the run that made it …
    "PROJECT_LABEL",
    # The role of an image, as its label gives it.
    "RUNTIME",
    "RUN_ID",
    "RUN_LABEL",
    # Seconds before a clean-up's second try: an engine whose client was killed may still be
    # finishing what the client had asked for.
    "SETTLE",
    # The ones that this system has: Windows has no SIGHUP.
    "SIGNALS",
    # The role of an image, as its label gives it.
    "STAGE",
    # Names that every temporary directory binds: its path, and the part that is unique to the
    # run.
    "STAGING",
    "WHOLE",
    # Files that are copied from one image to the build context of another.
    "Artifact",
    # The user's options for every ``docker build``; never the values of secrets.
    "BuildOptions",
    # Bind ``name`` to the first line of ``file``, after the command.
    "Capture",
    # A finished command: its status (negative if killed by a signal) and its output.
    "Completed",
    # A container of an image, by its engine and its name.
    "Container",
    # End the plan successfully, with its clean-up, if ``value`` is ``known``: the rest exists
    # already.
    "EndIf",
    # An engine, by the command that reaches it: ``("docker",)``, ``("docker", "--context",
    # "x")``.
    "Engine",
    # Facts known only at build time: the builder, and which host files are staged.
    "Facts",
    # The argument of ``--build-arg``: a name, and a value that only the engine may see.
    "Given",
    # The host files that go into a staged context.
    "HostFiles",
    # One image: the Dockerfile it is built from and the artifacts copied to its context.
    "Image",
    # What ``image inspect`` says about an image; ``size`` is in bytes, ``layers`` are diff
    # ids.
    "ImageInfo",
    # A signal ended the run; ``cleaned`` if what the run had made has been removed.
    "InterruptedRunError",
    # A word known when the plan is made.
    "Lit",
    # The user's choices for a plan: values of its ``Param``, flags to pass on, where to run.
    "Orders",
    # A value that the user can set in the environment; unset or empty means ``default``.
    "Param",
    # Steps in order; raises PlanError if one uses a name that no earlier step binds.
    "Plan",
    # The program is not on PATH, or can't be executed.
    "ProgramMissingError",
    # Where a run reports its steps, and where its commands write.
    "Progress",
    # A command of the engine that is running; ``answer`` waits for it.
    "Question",
    # The images of a project in the order in which they can be built; the last one ships.
    "Recipe",
    # Run a command with nothing on standard input.
    "Run",
    # A staging directory: its path, and the part of its name that no other run has.
    "Staging",
    "Step",
    # A step of a plan failed; the command's own message has been shown already.
    "StepError",
    "Stream",
    # Create a directory that is unique to the run, and remove it at every exit.
    "TempDir",
    # The client's and the server's version, and whether the engine is podman.
    "Versions",
    "Words",
    # Write ``text`` to ``path``, whose directory exists.
    "WriteFile",
    # ``word`` as source of a POSIX shell, where a ``Var`` or ``Param`` is a shell variable.
    "as_shell",
    # The name of the build image for ``tag``: ``hellogo-build:v1`` for ``hellogo:v1``.
    "build_tag",
    # Carry out the steps of ``plan``, and return what they have bound.
    "carry_out",
    # Raise InputError for a Docker context that the client's configuration doesn't have.
    "check_context",
    # ``tag`` if it is a valid image name (distribution/reference)
    "check_tag",
    # Remove what killed runs of the plan's project left on this host.
    "clear_up_after_killed",
    # The client's configuration directory.
    "client_configuration",
    # A container of ``image``, as long as the block lasts.
    "container_of",
    # The error for an engine command that failed, in the engine's own words.
    "failure",
    # Whether the docker client has its buildx plugin.
    "has_buildx",
    # The variable that holds the id of ``image`` once it is built.
    "image_id",
    # An image's label, in the form for ``--label``.
    "image_label",
    # Let the first signal end the block with InterruptedRunError, so that it cleans up.
    "interruptible",
    # Whether the run of an ``unstaged_run`` id is active on this host; False for any other
    # id.
    "is_on",
    # This project's staging directories on this host whose runs were killed.
    "left_over",
    # Have ``note`` called with the number of each signal that comes before the block ends.
    "listening",
    # Import plumbum without the modules that it needs only for remote machines.
    "load_plumbum",
    # The words with only the names of build arguments, as a person types them.
    "named",
    # Run a command to its end and keep what it wrote
    "output",
    # The project and the role that an image's labels name; both empty without bpkit's label.
    "owner_of",
    # ``path``, with ``./`` in front if it could be read as a flag.
    "plain_path",
    # The steps that make all images of ``recipe``.
    "plan",
    # A name for images, from the name of a directory: lower case, dashes for other
    # characters.
    "project_name",
    # ``text`` as one word of a POSIX shell, quoted only if necessary.
    "quote",
    # The answer to ``ask_images``, by the names that were asked for; missing ones are left
    # out.
    "read_images",
    # Remove ``path`` and everything below it, if it exists
    "remove_tree",
    # The value of DOCKER_BUILDKIT, which chooses the builder; empty if not set.
    "says_builder",
    # A whole command as one line of shell source.
    "shell_line",
    # The word for a path below the staging directory.
    "staged",
    # How the names of this project's staging directories on this host begin.
    "staging_prefix",
    # Start a command, with nothing on standard input unless ``stdin`` says otherwise; None
    # inherits ours.
    "start",
    # The ids of this project's active runs on this host.
    "still_on",
    # The id of a run that stages nothing, which names its host and process.
    "unstaged_run",
    # Whether ``build`` uses BuildKit: docker/cli's cmd/docker/builder.go, without asking.
    "uses_buildkit",
    # The items as words; a bare string becomes a ``Lit``.
    "words",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "arguments": "Given Lit Param Words as_shell named quote shell_line words",
        "buildx": "client_configuration has_buildx",
        "container": "Container container_of",
        "engine": (
            "Engine ImageInfo Question Versions check_context failure read_images says_builder "
            "uses_buildkit"
        ),
        "labels": "IMAGE_LABEL PROJECT_LABEL RUN_LABEL image_label owner_of",
        "options": "BuildOptions Facts HostFiles WHOLE",
        "planning": "NO_COMMAND image_id plain_path plan",
        "process": "Completed ProgramMissingError Stream load_plumbum output start",
        "recipe": "Artifact BUILD Image RUNTIME Recipe STAGE build_tag check_tag project_name",
        "runner": "Orders Progress SETTLE StepError carry_out clear_up_after_killed",
        "signals": "InterruptedRunError SIGNALS interruptible listening",
        "staging": "Staging is_on left_over remove_tree staging_prefix still_on unstaged_run",
        "steps": "Capture EndIf Plan RUN_ID Run STAGING Step TempDir WriteFile staged",
    },
)
