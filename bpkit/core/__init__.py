"""The compiler: a Recipe becomes a Plan, which the runner carries out through docker."""

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
    from bpkit.core.container import Container, container_of
    from bpkit.core.engine import (
        Engine,
        ImageInfo,
        Question,
        Versions,
        check_context,
        failure,
        has_buildx,
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
    from bpkit.core.staging import Staging, is_on, left_over, remove_tree, still_on, unstaged_run
    from bpkit.core.steps import RUN_ID, STAGING, EndIf, Plan, Run, Step, TempDir, WriteFile

__all__ = [
    # What an image is for, as its label says it.
    "BUILD",
    # … an image its project's name and its role: ``hellogo/build``.
    "IMAGE_LABEL",
    "NO_COMMAND",
    # A container carries its project's name and the run that made it …
    "PROJECT_LABEL",
    # What an image is for, as its label says it.
    "RUNTIME",
    "RUN_ID",
    "RUN_LABEL",
    # may still be finishing what the client had asked for.
    "SETTLE",
    # Those of them that this system has: Windows has no SIGHUP.
    "SIGNALS",
    # What an image is for, as its label says it.
    "STAGE",
    # Names bound by every temporary directory: its path, and the part of it that no other run
    # has.
    "STAGING",
    "WHOLE",
    # Files that flow out of one image into the build context of another.
    "Artifact",
    # What the user wants of every ``docker build``; values of secrets never stand here.
    "BuildOptions",
    # What a command that has ended left: its status (negative: killed by a signal), its
    # output.
    "Completed",
    # A container of an image, by the engine that has it and its name.
    "Container",
    # End the plan well, with its clean-up, if ``value`` is ``known``: the rest is made
    # already.
    "EndIf",
    # An engine by the words that reach it: ``("docker",)``, ``("docker", "--context", "x")``.
    "Engine",
    # What depends on the day: which builder answers, and which host files are staged.
    "Facts",
    # What follows ``--build-arg``: a name, and a value that is for the engine alone.
    "Given",
    # The host files that go into a staged context.
    "HostFiles",
    # One image: the Dockerfile it is built from and what flows into its context.
    "Image",
    # What ``image inspect`` says of an image; ``size`` is in bytes, ``layers`` are diff ids.
    "ImageInfo",
    # A signal ended the run; ``cleaned`` where what the run had made is removed.
    "InterruptedRunError",
    # A word known when the plan is made.
    "Lit",
    # What the user of a plan may say: values of its ``Param``, flags to pass on, where to
    # run.
    "Orders",
    # What the user may set through the environment; unset or empty means ``default``.
    "Param",
    # Steps in order; refused when a step uses what none before it has bound.
    "Plan",
    # There is no such program on PATH (or it can't be executed).
    "ProgramMissingError",
    # Where a run tells what it does, and where its commands' own output goes.
    "Progress",
    # A question to the engine that is on its way; ``answer`` waits for it.
    "Question",
    # The images of a project in the order in which they can be built; the last one ships.
    "Recipe",
    # Run a command with nothing on standard input.
    "Run",
    # A staging directory: its path, and the part of its name that no other run has.
    "Staging",
    "Step",
    # A step of a plan failed; what the command said of it has been shown already.
    "StepError",
    "Stream",
    # Make a directory that no other run has, and remove it at every exit.
    "TempDir",
    # Who answers: the client's and the server's version, and whether it is podman.
    "Versions",
    "Words",
    # Write ``text`` to ``path``; the directory is there.
    "WriteFile",
    # ``word`` as source of a POSIX shell, where a ``Var`` or ``Param`` is a shell variable.
    "as_shell",
    # The name of the build image beside ``tag``: ``hellogo:v1`` has ``hellogo-build:v1``.
    "build_tag",
    # Take each step of ``plan``; returns what the steps have bound.
    "carry_out",
    # Raise InputError for a Docker context that the client's configuration doesn't have.
    "check_context",
    # ``tag`` if an image can be called so (distribution/reference)
    "check_tag",
    # Clear up what killed runs of the plan's project left on this host.
    "clear_up_after_killed",
    # A container of ``image``, as long as the block lasts.
    "container_of",
    # The error for an engine's command that failed, in the engine's own words.
    "failure",
    # Whether the docker client finds its plugin buildx.
    "has_buildx",
    # The variable that holds the id of ``image`` once it is built.
    "image_id",
    # The label of an image, as ``--label`` takes it.
    "image_label",
    # Lets the first signal end the block by InterruptedRunError, so that it cleans up.
    "interruptible",
    # Whether the run of an ``unstaged_run`` id is on, on this host; False for any other id.
    "is_on",
    # The staging directories of this project on this host whose runs were killed.
    "left_over",
    # Have ``note`` called with the number of each signal that comes before the block ends.
    "listening",
    # Import plumbum without what it imports for other machines and bpkit never asks of it.
    "load_plumbum",
    # The words with the names alone of build arguments, as a person types them.
    "named",
    # Run a command to its end and keep what it wrote
    "output",
    # The project and the role that an image's labels name; both empty if bpkit's is not
    # there.
    "owner_of",
    # ``path`` as an argument that no command takes for a flag.
    "plain_path",
    # The steps that make all images of ``recipe``.
    "plan",
    # A name for images made of the name of a directory: lower case, what is no letter a dash.
    "project_name",
    # ``text`` as one word of a POSIX shell, quoted only where it must be.
    "quote",
    # The answer to ``ask_images``, by the names that were asked for; missing ones are left
    # out.
    "read_images",
    # Remove ``path`` and all below it; nothing there is fine
    "remove_tree",
    # What the user says of the builder by DOCKER_BUILDKIT; empty if nothing.
    "says_builder",
    # A whole command as one line of shell source.
    "shell_line",
    # Start a command, with nothing on standard input unless ``stdin`` says otherwise; None
    # lets it write where we write.
    "start",
    # The ids of the runs of this project that are on, on this host.
    "still_on",
    # A run id for a run that stages nothing, which says by itself whose it is.
    "unstaged_run",
    # Whether ``build`` goes to BuildKit: docker/cli's cmd/docker/builder.go, without asking.
    "uses_buildkit",
    # The items as words; a bare string becomes a ``Lit``.
    "words",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "arguments": "Given Lit Param Words as_shell named quote shell_line words",
        "container": "Container container_of",
        "engine": (
            "Engine ImageInfo Question Versions check_context failure has_buildx read_images "
            "says_builder uses_buildkit"
        ),
        "labels": "IMAGE_LABEL PROJECT_LABEL RUN_LABEL image_label owner_of",
        "options": "BuildOptions Facts HostFiles WHOLE",
        "planning": "NO_COMMAND image_id plain_path plan",
        "process": "Completed ProgramMissingError Stream load_plumbum output start",
        "recipe": "Artifact BUILD Image RUNTIME Recipe STAGE build_tag check_tag project_name",
        "runner": "Orders Progress SETTLE StepError carry_out clear_up_after_killed",
        "signals": "InterruptedRunError SIGNALS interruptible listening",
        "staging": "Staging is_on left_over remove_tree still_on unstaged_run",
        "steps": "EndIf Plan RUN_ID Run STAGING Step TempDir WriteFile",
    },
)
