"""The difference between two images, for a terminal of 80 columns and as data."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from bpkit.verbs.diff.causes import Cause
from bpkit.verbs.diff.difference import Facet, FileDifference, ImageDifference, LayerDifference
from bpkit.verbs.size import printable, shortened, shortened_path

_WIDTH = 80
_ROWS = 5
#: The characters shown of a value, and of the beginning that two long values share.
_VALUE, _SHARED = 90, 30
_TIME = (
    "pass --build-arg SOURCE_DATE_EPOCH=…, and --output type=oci,rewrite-timestamp=true to"
    " BuildKit 0.13 or later"
)


def difference_text(found: ImageDifference) -> str:
    """The differences, layer by layer, and their usual causes."""
    head = f"{printable(found.before)} and {printable(found.after)}"
    if found.is_same:
        return f"{head} are the same image: their configurations have the same digest.\n"
    lines = [f"{head} differ"]
    number = len(found.layers)
    layers = f"{number} {'differs' if number == 1 else 'differ'}" if number else "none differs"
    same = f"{found.same_layers} {'has' if found.same_layers == 1 else 'have'} the same digest"
    lines += [f"  layers: {same}, {layers}", ""]
    if found.is_of_spelling_only:
        lines += _wrapped(
            "every layer and every setting is the same; only the JSON of the configurations is"
            " written differently, so their digests differ:"
        )
        lines += [f"    {digest}" for digest in found.digests]
    if found.config:
        lines.append("Configuration")
        for one in found.config[: 4 * _ROWS]:
            shown = _around_difference(one.before or "", one.after or "")
            before, after = (
                "none" if said is None else text or '""'
                for said, text in zip((one.before, one.after), shown, strict=True)
            )
            lines += _wrapped(f"{shortened(one.name, 60)}: {before} → {after}")
        lines += [*_more(found.config[4 * _ROWS :]), ""]
    for layer in found.layers:
        lines += [*_layer(layer), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _around_difference(before: str, after: str) -> tuple[str, str]:
    """Both texts, with a long common beginning cut down to its end."""
    pairs = enumerate(zip(before, after, strict=False))
    differing = (at for at, (one, other) in pairs if one != other)
    shared = next(differing, min(len(before), len(after)))
    skipped = max(0, shared - _SHARED) if max(len(before), len(after)) > _VALUE else 0
    mark = "…" if skipped else ""
    one, other = (shortened(f"{mark}{text[skipped:]}", _VALUE) for text in (before, after))
    return one if before else "", other if after else ""


def repetition_text(found: ImageDifference) -> str:
    """Whether a second build without the cache made the same image, and if not, what differs."""
    if found.is_same:
        return "built twice without the cache: both are the same image, to the last byte\n"
    if not found.is_of_times_only:
        return f"built twice without the cache:\n{difference_text(found)}"
    number = len(found.layers)
    where = f"in {number} {'layer' if number == 1 else 'layers'} and " if number else ""
    return "\n".join(
        [
            *_wrapped(
                "built twice without the cache: every file in both images has the same content,"
                f" mode and owner; times differ, {where}in the configuration, and so do the"
                " digests",
                "",
            ),
            *_wrapped(f"→ {_TIME}"),
            "",
        ]
    )


def repetition_json(found: ImageDifference) -> dict[str, object]:
    """The same as data: the difference, and whether only times differ."""
    return {**difference_json(found), "only_times_differ": found.is_of_times_only}


def _layer(layer: LayerDifference) -> Iterator[str]:
    yield shortened(f"Layer {layer.number + 1}: {layer.created_by}", _WIDTH)
    if layer.created_before:
        yield f"  {shortened(f'before: {layer.created_before}', _WIDTH - 2)}"
    if not layer.files:
        yield from _wrapped(
            "its files agree in path, type, content, mode, owner, time and order; the"
            " tars differ in what is not compared, such as user names or fractions of seconds"
        )
    groups: dict[tuple[Facet, Cause | None], list[FileDifference]] = {}
    for one in layer.files:
        groups.setdefault((one.facet, one.cause), []).append(one)
    for (facet, cause), group in groups.items():
        yield from _group(facet, cause, group)


def _group(facet: Facet, cause: Cause | None, group: Sequence[FileDifference]) -> Iterator[str]:
    if facet == "order":
        yield "  the files are in a different order"
    else:
        yield f"  {facet}: {len(group):,} {'paths' if len(group) > 1 else 'path'}"
    if cause:
        yield from _wrapped(f"perhaps, judging by the path: {cause.why}", "    ")
        yield from _wrapped(f"→ {cause.fix}", "    ")
    elif facet == "time":
        yield from _wrapped(f"→ {_TIME}", "    ")
    for one in group[:_ROWS]:
        values = f"  {one.before} → {one.after}" if one.before or one.after else ""
        values = shortened(values, 46)
        gap = "  " if values else ""
        yield f"    {shortened_path(one.path, _WIDTH - 4 - len(gap + values))}{gap}{values}"
    yield from _more(group[_ROWS:])


def _more(rest: Sequence[object]) -> list[str]:
    return [f"    and {len(rest):,} more"] if rest else []


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ")


def difference_json(found: ImageDifference) -> dict[str, object]:
    """The difference as data, with every path."""
    return {
        "before": found.before,
        "after": found.after,
        "same": found.is_same,
        "same_layers": found.same_layers,
        "config": [
            {"name": one.name, "before": one.before, "after": one.after} for one in found.config
        ],
        "layers": [
            {
                "number": layer.number + 1,
                "created_by": layer.created_by,
                "created_before": layer.created_before or None,
                "files": [
                    {
                        "path": one.path,
                        "what": one.facet,
                        "before": one.before or None,
                        "after": one.after or None,
                        "perhaps": one.cause.why if one.cause else None,
                        "fix": one.cause.fix if one.cause else None,
                    }
                    for one in layer.files
                ],
            }
            for layer in found.layers
        ],
    }
