FROM debian AS build
RUN apt-get update && apt-get install curl
WORKDIR src
RUN echo $a
