"""Follow a script as a shell would, without running it."""
