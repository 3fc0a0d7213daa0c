#!/bin/bash
set -e
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT
docker build -t fresh-build .
docker run --rm fresh-build | tar -x -C "$TMP"
cp docker/Dockerfile.run "$TMP/Dockerfile"
cp config/settings.prod.ini "$TMP/settings.ini"
docker build -t corpus/fresh "$TMP"
