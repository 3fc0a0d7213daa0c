#!/bin/sh -e
docker build -t both-front front/
docker build -t both-back back/
docker create --name both-f both-front
docker create --name both-b both-back
docker cp both-f:/dist ./dist
docker cp both-b:/server .
docker rm both-f both-b
docker build -t corpus/both .
rm -r dist server
docker rmi both-front both-back
