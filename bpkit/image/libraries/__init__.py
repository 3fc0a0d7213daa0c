"""Find libraries in an image as the dynamic loaders of glibc and musl do."""
