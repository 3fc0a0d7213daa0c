"""What a project's own files say about it: one file a language, put in a table by ``detect``."""
