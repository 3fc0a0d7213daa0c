#!/bin/sh
REV=`git rev-parse --short HEAD 2>/dev/null || echo unknown`
docker build -t rev-build --build-arg REV=$REV -f Dockerfile.build .
docker create --name rev-c rev-build
docker cp rev-c:/o/f .
docker rm rev-c
docker build -t corpus/rev .
rm f
