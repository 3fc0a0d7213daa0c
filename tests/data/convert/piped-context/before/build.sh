#!/bin/sh
docker build -t piped-build -f Dockerfile.build .
docker run --rm piped-build | docker build -t corpus/piped -f Dockerfile.run -
