"""Build arguments whose values are likely to be secrets, by their names and the values' shapes."""

from __future__ import annotations

import re

_SECRET = re.compile(
    r"(?i)pass|pwd|token|secret|key|cred|auth|private|dsn|webhook|license|licence|signature|cookie"
    r"|(?:^|_)(?:pat|pin|sas|jwt|salt|seed|cert)(?:_|$)"
)
# A URL with a password, the key prefixes of known services, any long mix of letters and digits.
_CREDENTIAL = re.compile(
    r"://[^/\s]*@|-----BEGIN|^(?:gh[opsur]_|github_pat_|glpat-|xox[a-z]-|sk-|pk-|AKIA|ASIA|AIza|eyJ"
    r"|npm_|pypi-|hf_|dckr_pat_)|^(?!(?:[0-9a-f]{40}|[0-9a-f]{64})$)(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9+/_=-]{32,}$"
)


def is_likely_secret(name: str, value: str) -> bool:
    """Whether a build argument of this name and value is likely to hold a secret."""
    return bool(_SECRET.search(name) or _CREDENTIAL.search(value))
