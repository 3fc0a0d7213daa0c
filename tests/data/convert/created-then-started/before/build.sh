#!/bin/sh
set -e
yarn=$(docker create -w /weave busybox sh -c 'tr a-z A-Z < thread > cloth')
docker cp . $yarn:/weave
docker start -a $yarn
docker cp $yarn:/weave/cloth cloth
docker rm $yarn
docker build -t corpus/loom .
rm cloth
