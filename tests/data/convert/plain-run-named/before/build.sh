#!/bin/sh

docker build -f Dockerfile.build -t corpus/target-build .
docker run --name=corpus-builder corpus/target-build
docker cp corpus-builder:/app/target .
docker rm corpus-builder
docker build -f Dockerfile.run -t corpus/target .
rm -rf target
