#!/bin/sh
set -e
docker build -t letter-desk desk
docker create --name letter-c letter-desk
docker cp letter-c:/desk/letter out.txt
docker rm letter-c
docker rmi letter-desk
sed -i 's/NAME/Ada/' out.txt
gzip -n out.txt
docker build -t corpus/letter .
rm out.txt.gz
