"""The programs whose arguments bpkit understands: docker, tar, and those of the host."""
