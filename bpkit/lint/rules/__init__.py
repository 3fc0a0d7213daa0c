"""The rules of ``bpkit lint``, one a file; ``bpkit.lint.table`` lists them."""
