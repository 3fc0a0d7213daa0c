docker build -t owner-build -f Dockerfile.build .
docker create --name owner-c owner-build
docker cp owner-c:/o/x x
docker rm owner-c
docker build -t corpus/owner .
rm -f x
