"""Which package a file belongs to, by the package managers' own lists in the image."""
