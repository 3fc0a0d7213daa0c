#!/bin/sh
docker build -t rootfs-build -f Dockerfile.build .
docker rm -f rootfs-c 2>/dev/null
docker create --name rootfs-c rootfs-build /bin/true
docker export rootfs-c > rootfs.tar
docker rm rootfs-c
docker build -t corpus/rootfs .
rm rootfs.tar
