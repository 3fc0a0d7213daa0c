#!/bin/sh
#@head
set -eu

usage() {
    cat <<'USAGE'
#@usage
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

#@params

CDPATH='' cd -- "$(dirname -- "$0")"

stage='' run_id='' # the staging directory, and the part of its name that no other run has
step=''            # what is being done, for messages
child=''           # the process that is running
caught=''          # the first signal that came, by number
arrived=0          # how many signals have come
interrupted=''     # set at the exit if a signal ended the run
#@owed

say() {
    [ -n "$quiet" ] || printf '%s\n' "$1" >&2
}

begin() { # begin STEP WHAT
    [ -z "$caught" ] || exit 1
    step=$2
    say "[$1] $2"
}

# The first signal reaches the running command as TERM, every further one as KILL.
on_signal() {
    if [ "$arrived" -eq 0 ]; then
        [ -z "$child" ] || kill -TERM "$child" 2>/dev/null || :
    else
        [ -z "$child" ] || kill -KILL "$child" 2>/dev/null || :
    fi
    caught=${caught:-$1}
    arrived=$((arrived + 1))
}

# Runs a command in the background and waits: a shell that waits hears a signal at once, a shell
# with a command in the foreground only after it.
run() {
    before=$arrived
    "$@" </dev/null &
    child=$!
    [ "$arrived" -eq "$before" ] || kill -TERM "$child" 2>/dev/null || :
    while :; do
        ended=0
        wait "$child" || ended=$?
        kill -0 "$child" 2>/dev/null || break
    done
    child=''
    return "$ended"
}

# Runs a command of a step; its failure ends the run.
must() { # must engine|local COMMAND...
    who=$1
    shift
    code=0
    run "$@" || code=$?
    [ -z "$caught" ] || exit 1
    [ "$code" -eq 0 ] || failed "$who" "$code"
}

failed() { # failed engine|local STATUS
    if [ "$1" = engine ] && ! run #@engine version >/dev/null 2>&1; then
        [ -z "$caught" ] || exit 1
        printf '%s: the engine does not answer\n' "$0" >&2
        exit 3
    fi
    printf '%s: %s: failed with status %s\n' "$0" "$step" "$2" >&2
    exit 4
}

undo() { # undo begun|made WHAT COMMAND...
    state=$1
    what=$2
    shift 2
    say "$what"
    code=0
    run "$@" >/dev/null 2>&1 || code=$?
    if [ "$state" = begun ] && [ -n "$interrupted" ]; then
        # The client is gone, but the engine may have been in the middle of it.
        run sleep 1 || :
        run "$@" >/dev/null 2>&1 || :
    elif [ "$state" = made ] && [ "$code" -ne 0 ]; then
        printf '%s: could not %s: %s\n' "$0" "$what" "$*" >&2
    fi
}

remove_stage() {
    rm -rf -- "$stage" 2>/dev/null || {
        # Artifacts keep their modes: a directory without write permission keeps what is in it.
        chmod -R u+rwX -- "$stage"
        rm -rf -- "$stage"
    } || printf '%s: could not remove %s\n' "$0" "$stage" >&2
}

# Last made, first removed.
clean_up() {
#@clean-up
    remove_stage
}

finish() {
    status=$?
    trap - EXIT
    interrupted=$caught
    [ -z "$caught" ] || status=$((128 + caught))
    [ -z "$stage" ] || clean_up
    exit "$status"
}

# A run that was killed could not clean up: its directory is there and its process is not.
sweep() { # sweep DIRECTORY-PREFIX
    for stage in "$1"*; do
        process=${stage#"$1"}
        run_id=${process#*.}
        process=${process%%.*}
        case $process in
        '' | *[!0-9]*) continue ;;
        esac
        if [ ! -d "$stage" ] || [ -L "$stage" ]; then continue; fi
        # Anybody can make a directory of this name in a shared /tmp.
        [ -n "$(find "$stage" -prune -user "$(id -u)")" ] || continue
        if kill -0 "$process" 2>/dev/null; then continue; fi
        say "clearing up after run $run_id, which was killed"
#@sweep
        remove_stage
    done
    stage='' run_id=''
}

command -v #@engine-program >/dev/null 2>&1 || {
    printf "%s: there is no '%s' on PATH\n" "$0" #@engine-program >&2
    exit 3
}
trap finish EXIT
trap 'on_signal 1' HUP
trap 'on_signal 2' INT
trap 'on_signal 15' TERM

#@steps
