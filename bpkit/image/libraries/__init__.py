"""How the dynamic loaders of glibc and musl find libraries, carried out on an image."""
