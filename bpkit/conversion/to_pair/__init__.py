"""A Dockerfile of several stages into the pair of the builder pattern."""
