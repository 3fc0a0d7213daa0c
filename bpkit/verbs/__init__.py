"""One package per verb: from a request to a result, with its rules and its report beside it."""
