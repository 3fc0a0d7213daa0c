#!/bin/sh
docker build -f Dockerfile.build -t argued-build .
docker run --rm argued-build tar -cf - -C /dist . | docker build -t corpus/argued -
