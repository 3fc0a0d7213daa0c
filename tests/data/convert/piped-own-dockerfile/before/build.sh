#!/bin/bash
docker build -t selfmade-build . && docker run --rm selfmade-build | docker build -t corpus/selfmade -
