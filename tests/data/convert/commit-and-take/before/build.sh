#!/bin/sh
docker build -t committed-base -f Dockerfile.build .
docker run --name committed-c committed-base cp in.txt t
docker commit committed-c committed-build
docker rm committed-c
docker run --rm committed-build cat t > t
docker build -t corpus/committed .
rm t
