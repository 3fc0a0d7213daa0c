#!/bin/sh
set -e
version=$(cat VERSION)
docker build -t filed-build -f Dockerfile.build .
docker create --name filed-c filed-build
docker cp filed-c:/o/f ./f
docker rm filed-c
docker build -t corpus/filed:${version} --label version=${version} .
rm f
