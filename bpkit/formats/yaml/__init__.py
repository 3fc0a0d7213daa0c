"""YAML as projects' configuration uses it: mappings, sequences and scalars, read as text."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.formats.yaml.reader import Yaml, YamlText, read_yaml, yaml_at

__all__ = [
    "Yaml",
    # A scalar as it is written, and the line on which it begins.
    "YamlText",
    # The first document of ``text``; None if it is empty.
    "read_yaml",
    # The value at the nested keys; None if one is missing.
    "yaml_at",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "reader": "Yaml YamlText read_yaml yaml_at",
    },
)
