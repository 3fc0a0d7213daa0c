#!/bin/bash
docker build -t corpus-pages-build .
PAGES_ID=$(docker create corpus-pages-build)
docker cp $PAGES_ID:/usr/src/app/build .
docker rm -v $PAGES_ID
docker build -f Dockerfile-web -t corpus/pages .
