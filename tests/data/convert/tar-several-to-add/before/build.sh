#!/bin/sh
set -e
docker build -q -t loft-build -f Dockerfile.build .
docker run --rm loft-build tar cz -C /attic hay straw > bales.tar.gz
docker build -t corpus/loft .
rm bales.tar.gz
docker rmi loft-build
