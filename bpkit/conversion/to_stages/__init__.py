"""Several images and what flows between them into one Dockerfile of stages."""
