#!/bin/sh
docker build -t exported-build -f Dockerfile.build .
docker create --name exported-c exported-build
docker export exported-c | tar -xf - opt/x
docker rm exported-c
docker build -t corpus/exported .
rm -rf opt
