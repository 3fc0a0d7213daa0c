#!/bin/sh
set -e
cp -f builder.dockerfile Dockerfile
docker build -t swap_builder .
docker rm -f swap_c 2> /dev/null || :
docker run --name swap_c swap_builder true
docker cp swap_c:/home/dev/prog .
docker rm swap_c
cp -f runtime.dockerfile Dockerfile
docker build -t corpus/swap .
rm -f prog Dockerfile
