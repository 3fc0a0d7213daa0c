"""Tools for bpkit's developers, beside bpkit itself: engines and base images from nothing."""
