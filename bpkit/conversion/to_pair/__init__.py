"""Converts a Dockerfile with several stages into the pair of the builder pattern."""
