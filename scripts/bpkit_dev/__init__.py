"""Tools for developing bpkit, apart from bpkit itself: engines, base images, benchmarks, pages."""
