#!/bin/sh
buildah bud -t ba-build -f Dockerfile.build .
podman create --name ba-c ba-build
podman cp ba-c:/o/t t
podman rm ba-c
buildah bud -t corpus/buildah -f Dockerfile .
rm t
