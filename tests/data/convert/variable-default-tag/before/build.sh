#!/bin/bash
NAME=corpus/tagged
VERSION=${VERSION:-1.0}
BUILD_IMAGE="$NAME-build:$VERSION"

docker build --build-arg VERSION=$VERSION -t $BUILD_IMAGE -f Dockerfile.build .
docker create --name tagged-c $BUILD_IMAGE
docker cp tagged-c:/o/v .
docker rm tagged-c
docker build -t $NAME:$VERSION .
rm v
