#!/bin/sh
docker build -t shipped-build -f Dockerfile.build .
docker create --name shipped-c shipped-build
docker cp shipped-c:/o/s s
docker rm shipped-c
docker build -t corpus/shipped .
rm s
if [ -n "$HOST" ]; then
    docker save corpus/shipped | ssh "$HOST" docker load
fi
