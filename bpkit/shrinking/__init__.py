"""Which files of a fat image its program needs, and the Dockerfile stage that takes only those."""
