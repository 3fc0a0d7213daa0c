"""The programs whose arguments are understood: docker, tar, and those of the host."""
