#!/bin/sh
docker build -t kept-build -f Dockerfile.build .
docker create --name kept-c kept-build
docker cp kept-c:/o/kept kept
docker cp kept-c:/o/notes release-notes.txt
docker rm kept-c
docker build -t corpus/kept .
docker push corpus/kept || true
