#!/bin/sh
# Makes it.
set -eu

usage() {
    cat <<'USAGE'
Makes it.

usage: setup_builder_pattern.sh [-q] [-h] [-- FLAG-FOR-THE-ENGINE'S-BUILD...]

  -q, --quiet do not print the headings
  -h, --help print this help

environment:
  DOCKER        default: docker
  IMAGE         default: welcome:v1
  TMPDIR        where artifacts are staged, default: /tmp

exit status: 0 done; 2 bad arguments; 3 no engine; 4 a step failed; 128+n signal n
USAGE
}

quiet=''
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help)
        usage
        exit 0
        ;;
    -q | --quiet) quiet=yes ;;
    --)
        shift
        break
        ;;
    *)
        printf "%s: unknown argument '%s'; flags for the engine's build go after '--'\n" "$0" "$1" >&2
        usage >&2
        exit 2
        ;;
    esac
    shift
done

lacks() { # lacks NAME WHY
    printf '%s: %s is not set; %s\n' "$0" "$1" "$2" >&2
    exit 2
}

[ -n "${DOCKER:-}" ] || DOCKER=docker
[ -n "${IMAGE:-}" ] || IMAGE=welcome:v1

case $0 in
*/*) CDPATH='' cd -- "${0%/*}/" ;;
esac

stage='' run_id='' # the staging directory, and the part of its name that is unique to the run
step=''            # the current step, for messages
child=''           # the process that is running
caught=''          # the number of the first signal
arrived=0          # how many signals have arrived
interrupted=''     # set at the exit if a signal ended the run
question=''        # the process that looks up the names

say() {
    [ -n "$quiet" ] || printf '%s\n' "$1" >&2
}

begin() { # begin STEP WHAT
    [ -z "$caught" ] || exit 1
    step=$2
    say "[$1] $2"
}

# The first signal is passed to the running command as TERM, later ones as KILL.
on_signal() {
    signal=TERM
    [ "$arrived" -eq 0 ] || signal=KILL
    [ -z "$child" ] || kill -"$signal" "$child" 2>/dev/null || :
    caught=${caught:-$1}
    arrived=$((arrived + 1))
}

# Runs a command in the background and waits: a waiting shell handles a signal at once, a
# shell with a command in the foreground only after it.
run() {
    before=$arrived
    "$@" </dev/null &
    child=$!
    [ "$arrived" -eq "$before" ] || kill -TERM "$child" 2>/dev/null || :
    wait_for "$child"
    child=''
    return "$ended"
}

wait_for() { # wait_for PROCESS; sets ended
    while :; do
        ended=0
        wait "$1" || ended=$?
        kill -0 "$1" 2>/dev/null || break
    done
}

# Begins a clean-up that is due; the exit waits for it. Signals don't reach it.
early() { # early COMMAND...
    "$@" </dev/null >/dev/null 2>&1 &
}

# Runs a step's command; a failure ends the run.
must() { # must engine|local COMMAND...
    who=$1
    shift
    code=0
    run "$@" || code=$?
    [ -z "$caught" ] || exit 1
    [ "$code" -eq 0 ] || failed "$who" "$code"
}

# Begins to look up, beside the last build, which images these names stand for.
ask_names() { # ask_names NAME...
    for name; do
        shift
        # Without a tag, the engine could read it as an id.
        case ${name##*/} in
        *:*) ;;
        *) name=$name:latest ;;
        esac
        set -- "$@" "$name"
    done
    "$DOCKER" image inspect --format '{{.Id}}' "$@" </dev/null >"$stage/names" 2>/dev/null &
    question=$!
}

is_named() { # is_named ID; whether the next of the names stands for this image already
    if [ -n "$question" ]; then
        child=$question
        wait_for "$question"
        child='' question=''
        [ -z "$caught" ] || exit 1
        # If one of the names is new, the lines don't tell which.
        if [ "$ended" -eq 0 ]; then exec 3<"$stage/names"; else exec 3</dev/null; fi
    fi
    IFS= read -r named <&3 || named=''
    [ "$named" = "$1" ]
}

failed() { # failed engine|local STATUS
    if [ "$1" = engine ] && ! run "$DOCKER" version >/dev/null 2>&1; then
        [ -z "$caught" ] || exit 1
        printf '%s: the engine does not respond\n' "$0" >&2
        exit 3
    fi
    printf '%s: %s: failed with status %s\n' "$0" "$step" "$2" >&2
    exit 4
}

undo() { # undo begun|made|PROCESS WHAT COMMAND...
    state=$1
    what=$2
    shift 2
    case $state in
    [0-9]*)
        # Begun early; if it has failed, it is repeated.
        child=$state
        wait_for "$child"
        child=''
        [ "$ended" -ne 0 ] || return 0
        state=made
        ;;
    esac
    say "$what"
    code=0
    run "$@" >/dev/null 2>&1 || code=$?
    if [ "$state" = begun ] && [ -n "$interrupted" ]; then
        # The client has ended, but the engine may not be done.
        run sleep 1 || :
        run "$@" >/dev/null 2>&1 || :
    elif [ "$state" = made ] && [ "$code" -ne 0 ]; then
        printf '%s: could not %s: %s\n' "$0" "$what" "$*" >&2
    fi
}

remove_stage() {
    rm -rf -- "$stage" 2>/dev/null || {
        # Artifacts keep their modes: the contents of a directory without write permission can't be removed.
        chmod -R u+rwX -- "$stage"
        rm -rf -- "$stage"
    } || printf '%s: could not remove %s\n' "$0" "$stage" >&2
}

# Last made, first removed.
clean_up() {
    remove_stage
}

finish() {
    status=$?
    trap - EXIT
    interrupted=$caught
    [ -z "$caught" ] || status=$((128 + caught))
    [ -z "$question" ] || kill "$question" 2>/dev/null || :
    [ -z "$stage" ] || clean_up
    exit "$status"
}

# A killed run could not clean up: its directory exists and its process doesn't.
sweep() { # sweep DIRECTORY-PREFIX
    for stage in "$1"*; do
        process=${stage#"$1"}
        run_id=${process#*.}
        process=${process%%.*}
        case $process in
        '' | *[!0-9]*) continue ;;
        esac
        if [ ! -d "$stage" ] || [ -L "$stage" ]; then continue; fi
        # Anybody can create a directory of this name in a shared /tmp.
        [ -n "$(find "$stage" -prune -user "$(id -u)")" ] || continue
        if kill -0 "$process" 2>/dev/null; then continue; fi
        say "removing leftovers of run $run_id, which was killed"
        left=$("$DOCKER" ps -a -q --no-trunc --filter label=io.bpkit.project=welcome --filter "label=io.bpkit.run=$run_id" 2>/dev/null) || left=''
        # shellcheck disable=SC2086 # ids, one per word
        [ -z "$left" ] || run "$DOCKER" rm -f -v $left >/dev/null 2>&1 || :
        remove_stage
    done
    stage='' run_id=''
}

command -v "$DOCKER" >/dev/null 2>&1 || {
    printf "%s: '%s' is not on PATH\n" "$0" "$DOCKER" >&2
    exit 3
}
trap finish EXIT
trap 'on_signal 1' HUP
trap 'on_signal 2' INT
trap 'on_signal 15' TERM

begin 1/3 'create a staging directory for this run'
IFS= read -r host 2>/dev/null </proc/sys/kernel/hostname || host=$(uname -n)
mine=${TMPDIR:-/tmp}/bpkit.welcome.$host.
sweep "$mine"
stage=$(mktemp -d "$mine$$.XXXXXXXX") || failed local "$?"
run_id=${stage#"$mine$$."}

begin 2/3 'build the runtime image'
ask_names "$IMAGE"
must engine "$DOCKER" build \
    --iidfile "$stage/runtime.id" \
    --label io.bpkit.image=welcome/runtime \
    "$@" \
    -f Dockerfile \
    .
runtime_id=''
IFS= read -r runtime_id <"$stage/runtime.id" || [ -n "$runtime_id" ] || failed local "$?"

begin 3/3 'name the runtime image welcome:v1'
is_named "$runtime_id" ||
    must engine "$DOCKER" tag "$runtime_id" "$IMAGE"
