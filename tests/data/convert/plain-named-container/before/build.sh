#!/bin/sh
echo "Building the compiler image"
docker build -t corpus/adder:build . -f Dockerfile.build

docker create --name adder-extract corpus/adder:build
docker cp adder-extract:/work/adder ./adder
docker rm -f adder-extract

echo "Building the small image"
docker build --no-cache -t corpus/adder . -f Dockerfile.run
rm ./adder
