#!/bin/sh
docker build -t mounted-build -f Dockerfile.build .
mkdir -p out
docker run --rm -v "$(pwd)/out:/out" mounted-build cp /o/t /out/t
docker build -t corpus/mounted .
rm -rf out
