"""Images outside an engine, layer by layer: files of ``docker save``, and OCI layouts."""
