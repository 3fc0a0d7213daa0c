"""Reads single files; each format has a package of its own."""
