#!/bin/sh
docker build -t strip-build -f Dockerfile.build .
mkdir -p rootfs
docker run --rm strip-build tar -cf - -C / pkg/usr > pkg.tar
tar -xf pkg.tar -C rootfs --strip-components=1
docker build -t corpus/strip .
rm -rf rootfs pkg.tar
