"""What can be said of Dockerfiles before they are built: bpkit's own rules, and those of others.

Each rule is one file in ``bpkit.lint.rules`` that fulfils ``bpkit.lint.rule.LintRule``; it is
known by its line in ``bpkit.lint.table``. Nothing here runs a program or reads a file.
"""
