#!/bin/bash
set -o errexit

image() {
    docker build -t "$1" -f "$2" .
}

take() {
    local from=$1 path=$2 to=$3
    local c
    c=$(docker create "$from")
    docker cp "$c:$path" "$to"
    docker rm -v "$c" > /dev/null
}

main() {
    image func-build Dockerfile.build
    take func-build /o/f ./f
    image corpus/func Dockerfile
    rm ./f
}

main "$@"
