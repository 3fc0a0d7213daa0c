"""Convert several images, and the files between them, into one Dockerfile with stages."""
