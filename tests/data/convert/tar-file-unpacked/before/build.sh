#!/bin/sh
set -e
docker build -t unpacked-build .
docker run --rm unpacked-build > out.tgz
tar -xzf out.tgz -C image
docker build -t corpus/unpacked image
rm -rf out.tgz image/out
