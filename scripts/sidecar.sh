#!/bin/sh
# Compile bpkit/verbs/trial/sidecar/sidecar.c for the processors that bpkit ships it for. The results
# are in the repository, so that installing bpkit needs no compiler.
set -eu
cd "$(dirname "$0")/../bpkit/verbs/trial/sidecar"

compile() {
    "$1" -Os -static -nostdlib -ffreestanding -fno-stack-protector -fno-pie -no-pie \
        -fno-asynchronous-unwind-tables -Wall -Wextra -Werror \
        -Wl,--build-id=none,-z,norelro,-z,noseparate-code,-z,noexecstack -s \
        -o "$2" sidecar.c
    chmod 755 "$2"
}

compile "${CC_AMD64:-x86_64-linux-gnu-gcc}" sidecar-amd64
compile "${CC_ARM64:-aarch64-linux-gnu-gcc}" sidecar-arm64
