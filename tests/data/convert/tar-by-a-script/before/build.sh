#!/bin/sh
set -e
docker build -t crate-build -f Dockerfile.build .
mkdir -p out
docker run --rm crate-build /pack.sh | tar xf - -C out
docker build -t corpus/crate .
rm -rf out
docker rmi crate-build
