#!/bin/sh
set -e
docker build -t atlas-press -f Dockerfile.build .
docker create --name atlas-c atlas-press
docker cp atlas-c:/press/atlas.tgz .
docker rm atlas-c
docker rmi atlas-press
docker build -t corpus/atlas .
rm atlas.tgz
