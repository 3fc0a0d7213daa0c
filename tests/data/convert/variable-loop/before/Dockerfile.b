FROM busybox:latest
COPY b /it
CMD ["cat", "/it"]
