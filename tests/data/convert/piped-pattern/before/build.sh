#!/bin/sh
docker build -t shed-build -f Dockerfile.build . && docker run --rm shed-build | docker build -t corpus/shed -
