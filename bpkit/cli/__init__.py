"""The command line: one file a verb, each binding switches to a function of ``bpkit.commands``."""
