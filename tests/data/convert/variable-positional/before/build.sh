#!/bin/bash
if [ $# -gt 1 ]; then
    echo "usage: $0 [tag]"
    exit 1
fi
TAG=${1:-latest}
docker build -t posit-build:$TAG -f Dockerfile.build .
docker create --name posit-$TAG posit-build:$TAG
docker cp posit-$TAG:/o/f ./f
docker rm posit-$TAG
docker build -t corpus/posit:$TAG .
rm f
