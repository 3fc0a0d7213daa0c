"""What the verbs do: one file a verb, one function that takes plain data and returns a result."""
