"""The flags of docker's commands (docker 20.10 to 27, buildx, and podman if different)."""

from __future__ import annotations

from bpkit.readers.script.programs.flags import table

#: Before the command: ``docker --context x build``.
GLOBAL = table(
    "config context host log-level tlscacert tlscert tlskey connection url root runroot"
    " storage-driver runtime cgroup-manager",
    "debug tls tlsverify version remote",
    "c=context H=host l=log-level D=debug v=version",
    mixed=False,
)

BUILD = table(
    "add-host allow annotation attest build-arg build-context builder cache-from cache-to call"
    " cgroup-parent cpu-period cpu-quota cpu-shares cpuset-cpus cpuset-mems file iidfile isolation"
    " label memory memory-swap metadata-file network no-cache-filter output platform progress"
    " provenance sbom secret security-opt shm-size ssh tag target ulimit volume arch os format"
    " authfile creds userns jobs env",
    "no-cache pull quiet rm force-rm squash compress disable-content-trust load push stream check"
    " debug layers",
    "f=file t=tag q=quiet c=cpu-shares m=memory o=output v=volume D=debug",
)

_CONTAINER_VALUES = (
    "add-host annotation attach blkio-weight blkio-weight-device cap-add cap-drop cgroup-parent"
    " cgroupns cidfile cpu-count cpu-percent cpu-period cpu-quota cpu-rt-period cpu-rt-runtime"
    " cpu-shares cpus cpuset-cpus cpuset-mems detach-keys device device-cgroup-rule"
    " device-read-bps device-read-iops device-write-bps device-write-iops dns dns-opt dns-option"
    " dns-search domainname entrypoint env env-file expose gpus group-add health-cmd"
    " health-interval health-retries health-start-period health-timeout hostname io-maxbandwidth"
    " io-maxiops ip ip6 ipc isolation kernel-memory label label-file link link-local-ip"
    " log-driver log-opt mac-address memory memory-reservation memory-swap memory-swappiness mount"
    " name net net-alias network network-alias oom-score-adj pid pids-limit platform publish pull"
    " restart runtime security-opt shm-size stop-signal stop-timeout storage-opt sysctl tmpfs"
    " ulimit user userns uts volume volume-driver volumes-from workdir arch pod"
)
_CONTAINER_SWITCHES = (
    "detach init interactive no-healthcheck oom-kill-disable privileged publish-all quiet"
    " read-only rm sig-proxy tty use-api-socket disable-content-trust replace"
)
_CONTAINER_SHORT = (
    "a=attach c=cpu-shares d=detach e=env h=hostname i=interactive l=label m=memory p=publish"
    " P=publish-all q=quiet t=tty u=user v=volume w=workdir"
)
RUN = table(_CONTAINER_VALUES, _CONTAINER_SWITCHES, _CONTAINER_SHORT, mixed=False)

EXEC = table(
    "detach-keys env env-file user workdir",
    "detach interactive privileged tty",
    "d=detach e=env i=interactive t=tty u=user w=workdir",
    mixed=False,
)
COPY = table("", "archive follow-link quiet overwrite", "a=archive L=follow-link q=quiet")
EXPORT = table("output", "", "o=output")
SAVE = table("output platform format", "quiet compress", "o=output q=quiet")
COMMIT = table(
    "author change message format", "pause squash quiet", "a=author c=change m=message p=pause"
)
IMPORT = table("change message platform", "", "c=change m=message")
REMOVE = table(
    "time signal timeout cidfile filter",
    "force link volumes all no-prune ignore depend no-wait",
    "f=force l=link v=volumes a=all t=time s=signal i=ignore",
)
QUERY = table(
    "filter format last type size-format sort",
    "all quiet latest no-trunc size digests tree",
    "a=all q=quiet f=filter l=latest n=last s=size",
)
INSPECT = table("format type", "size", "f=format s=size")
START = table(
    "checkpoint checkpoint-dir detach-keys", "attach interactive", "a=attach i=interactive"
)
AWAIT = table(
    "condition detach-keys since tail until interval sig-proxy",
    "follow timestamps details no-stdin latest ignore",
    "f=follow t=timestamps n=tail",
)
PUSH = table(
    "authfile creds format tls-verify platform",
    "all-tags quiet disable-content-trust",
    "a=all-tags q=quiet",
)
TAG = table("", "force", "f=force")
