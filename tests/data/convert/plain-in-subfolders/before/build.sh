#!/usr/bin/env bash
set -euo pipefail
docker build -t parts-compile compile
docker create --name parts-tmp parts-compile
trap "docker rm -f parts-tmp" EXIT
docker cp parts-tmp:/sorted serve/sorted
docker build -t corpus/parts serve
rm serve/sorted
