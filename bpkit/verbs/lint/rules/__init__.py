"""The rules of ``bpkit lint``, one per file; ``bpkit.verbs.lint.table`` lists them."""
