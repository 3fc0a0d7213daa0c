#!/bin/bash
cd "$(dirname "${BASH_SOURCE[0]}")/.."
docker build -t folder:dev -f docker/Dockerfile.dev .
cid=$(docker create folder:dev /bin/true)
docker cp "$cid":/out/tool bin-tool
docker rm "$cid" > /dev/null
docker build -t corpus/folder -f docker/Dockerfile .
rm -f bin-tool
