"""``bpkit explain``: what a rule means, with an example that breaks it and one that doesn't."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.explain.run import every_rule, explain, overview

__all__ = [
    # All rules of bpkit, by their ids.
    "every_rule",
    # The pages of the rules with these ids, as Markdown
    "explain",
    # One line per rule: its id, its severity, its title.
    "overview",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "run": "every_rule explain overview",
    },
)
