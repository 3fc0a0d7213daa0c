FROM busybox:latest
RUN mkdir /home/dev && echo swap > /home/dev/prog
