#!/bin/bash
if [ -z "$CHANNEL" ]; then
  CHANNEL=edge
fi
REGISTRY=$DOCKER_REGISTRY
docker build -t empty-build -f Dockerfile.build .
docker create --name empty-c empty-build
docker cp empty-c:/o/f ./f
docker rm empty-c
docker build -t ${REGISTRY}corpus/empty:$CHANNEL .
rm f
