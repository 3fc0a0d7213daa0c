docker build -t dash-build -f Dockerfile.build .
docker create --name dash-c dash-build
docker cp dash-c:/dist - | tar x
docker rm dash-c
docker build -t corpus/dash .
rm -r dist
