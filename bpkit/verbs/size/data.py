"""The size of an image as data for ``json.dumps``: bytes everywhere, no rounding."""

from __future__ import annotations

from bpkit.verbs.size.result import ImageSize


def size_json(image: ImageSize) -> dict[str, object]:
    """The image as data; ``files`` summarizes the whole tree, and lists paths only where needed."""
    return {
        "name": image.name,
        "id": image.id,
        "source": image.source,
        "platform": image.platform,
        "size": image.size,
        "files_size": image.files_size,
        "hidden_size": image.lost_size,
        "compressed": {"size": image.compressed, "estimated": image.is_estimated},
        "layers": [
            {
                "number": layer.number + 1,
                "digest": layer.digest,
                "created_by": layer.created_by,
                "file": layer.place.file if layer.place else None,
                "line": layer.place.line if layer.place else None,
                "size": layer.size,
                "counted_by": layer.counted,
                "files_size": layer.files_size,
                "files": layer.files,
                "compressed": {"size": layer.compressed, "estimated": layer.is_estimated},
            }
            for layer in image.layers
        ],
        "kinds": [
            {"kind": kind, "size": size, "files": count} for kind, size, count in image.by_kind()
        ],
        "packages": [
            {
                "manager": package.manager,
                "name": package.name,
                "version": package.version,
                "size": size,
                "files": count,
                "excess": package.excess or None,
            }
            for package, size, count in image.by_package()
        ],
        "directories": [
            {"path": path, "size": size}
            for path, size in sorted(
                image.by_directory().items(), key=lambda one: (-one[1], one[0])
            )
            if size * 1000 >= image.files_size
        ],
        "duplicates": [
            {"size": one.size, "wasted": one.wasted, "paths": list(one.paths)}
            for one in image.duplicates[:100]
        ],
        "reasons": [
            {
                "title": one.title,
                "saves": one.saves,
                "fix": one.fix,
                "evidence": one.evidence,
                "rule": one.rule or None,
                "layers": [number + 1 for number in one.layers],
                "paths": list(one.paths),
            }
            for one in image.reasons
        ],
        "unread": list(image.unread),
    }
