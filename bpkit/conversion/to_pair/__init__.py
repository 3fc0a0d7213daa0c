"""Convert a Dockerfile with several stages into a pair of the builder pattern."""
