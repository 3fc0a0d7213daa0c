"""The rules of ``bpkit lint``, one a file; ``bpkit.verbs.lint.table`` lists them."""
