"""The values that following a script yields: what is known, and what the script does."""
