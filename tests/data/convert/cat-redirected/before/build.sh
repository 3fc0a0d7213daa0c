#!/bin/sh
docker build -t catted-build -f Dockerfile.build . >/dev/null
docker run --rm catted-build cat /o/c > c
docker build -t corpus/catted .
rm c
