#!/bin/sh
FLAGS=${FLAGS:-fast}
docker build -t flagged-build -f Dockerfile.build .
docker run --name flagged-c -e FLAGS=$FLAGS flagged-build sh -c 'echo "flags $FLAGS" > f'
docker cp flagged-c:/o/f f
docker rm flagged-c
docker build -t corpus/flagged .
rm f
