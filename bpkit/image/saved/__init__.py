"""Images outside of an engine: what ``docker save`` writes, and OCI layouts, layer by layer."""
