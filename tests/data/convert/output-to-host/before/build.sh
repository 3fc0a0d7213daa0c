#!/bin/sh
set -e
DOCKER_BUILDKIT=1 docker build --target kit --output kit -f Dockerfile.build .
docker build -t corpus/kite .
rm -rf kit
