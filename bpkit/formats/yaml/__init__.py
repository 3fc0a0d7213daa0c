"""YAML as projects' configuration uses it: mappings, sequences and scalars, read as text."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.formats.yaml.reader import (
        TaggedYaml,
        Yaml,
        YamlText,
        read_tagged_yaml,
        read_yaml,
        yaml_at,
    )

__all__ = [
    # A document, and the tags of its own (``!reset``) by the keys that lead to their values.
    "TaggedYaml",
    "Yaml",
    # A scalar as it is written, and the line on which it begins.
    "YamlText",
    # The same with its tags; those of values in sequences are left out.
    "read_tagged_yaml",
    # The first document of ``text``; None if it is empty.
    "read_yaml",
    # The value at the nested keys; None if one is missing.
    "yaml_at",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "reader": "TaggedYaml Yaml YamlText read_tagged_yaml read_yaml yaml_at",
    },
)
