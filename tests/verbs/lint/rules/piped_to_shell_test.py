"""BPK231: a downloaded script is run without a check."""

from bpkit.verbs.lint.rules import piped_to_shell
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    piped_to_shell.RULE,
    fails=(
        "FROM php:8.4 // RUN curl -sS https://example.com/installer | php -- --filename=composer",
        "FROM debian:13 // RUN curl -sSL https://example.com/x | sh",
        "FROM debian:13 // RUN wget -qO- https://example.com/x | sudo -E bash -",
        'FROM debian:13 // RUN bash -c "$(curl -fsSL https://example.com/x)"',
        "FROM debian:13 // RUN bash <(curl -s https://example.com/x)",
        "FROM debian:13 // RUN curl https://example.com/x | A=1 python3 -",
    ),
    passes=(
        "FROM debian:13 // RUN curl -o x https://example.com/x && sh x",
        "FROM debian:13 // RUN curl https://example.com/x | tar xz",
        "FROM debian:13 // RUN curl https://example.com/x | sha256sum -c && sh x",
        "FROM debian:13 // RUN curl https://example.com/x | shasum",
        "FROM debian:13 // RUN curl https://example.com/key | gpg --dearmor",
    ),
)
