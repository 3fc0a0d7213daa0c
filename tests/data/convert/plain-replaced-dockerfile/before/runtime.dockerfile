FROM busybox:latest
COPY prog /prog
CMD ["cat", "/prog"]
