#!/bin/sh
docker build -t loop-build -f Dockerfile.build .
docker create --name loop-c loop-build
for part in a b; do
    docker cp loop-c:/o/$part .
    docker build -t corpus/loop-$part -f Dockerfile.$part .
    rm $part
done
docker rm loop-c
