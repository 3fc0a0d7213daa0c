"""Small Docker images by the builder pattern or multi-stage builds, and the way between the two."""

__version__ = "0.1.0"
