"""The rules of ``bpkit check``, one file each."""
