FROM busybox:latest
COPY bin/b /it
CMD ["cat", "/it"]
