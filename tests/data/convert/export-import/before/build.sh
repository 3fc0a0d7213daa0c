#!/bin/sh
docker build -t flat-layers .
docker create --name flat-c flat-layers
docker export flat-c | docker import -c 'CMD ["cat", "/mark"]' - corpus/flat
docker rm flat-c
docker rmi flat-layers
