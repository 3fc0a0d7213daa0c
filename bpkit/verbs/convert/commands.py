"""The commands that build the single file, and those that leave behind what the script did."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from bpkit.conversion import Converted
from bpkit.core import Image, quote
from bpkit.errors import InputError
from bpkit.readers.script import HostFile
from bpkit.verbs.convert.request import DOCKERFILE
from bpkit.verbs.convert.sources import ConvertSource

# What makes a file of that suffix; any other is made by gzip.
_COMPRESSORS = {".xz": "xz", ".txz": "xz", ".bz2": "bzip2", ".tbz2": "bzip2", ".zst": "zstd"}


def build_commands(name: str, source: ConvertSource, made: Converted) -> Iterator[str]:
    """The commands that build each image that ships from the single file."""
    for image in made.recipe.images:
        yield _build_command(name, source, made, image)


def leaving_commands(name: str, source: ConvertSource, made: Converted) -> Iterator[str]:
    """The commands for the images and files that only the old form leaves behind.

    A stage is built under the image's own tag, and its files are copied out as the script did.
    """
    for image in (*made.recipe.images, *made.stages):
        files = [one for one in source.host_files if one.maker == image.name and _is_plain(one)]
        is_made = image in made.recipe.images
        if not files and (is_made or image.tag not in source.unmade):
            continue
        tag = dict(source.tags).get(image.name, quote(image.tag))
        build = _build_command(name, source, made, image)
        if tag is None and files:
            # Without a name the image is known by the id that its build prints.
            tag = f'"$({build.replace("docker build", "docker build -q", 1)})"'
        elif not is_made:
            yield build
        if files:
            copies = " && ".join(map(_copy, dict.fromkeys(files)))
            yield f'id=$(docker create {tag} x) && {copies} && docker rm "$id"'


def _is_plain(one: HostFile) -> bool:
    """Whether docker cp makes exactly that file again."""
    return not one.source.startswith("/tmp/packed/")


def _copy(one: HostFile) -> str:
    if not one.is_archive:
        return f'docker cp "$id":{quote(one.source)} {quote(one.path)}'
    program = _COMPRESSORS.get(posixpath.splitext(one.path)[1], "gzip")
    to = f"| {program} > {quote(one.path)}" if one.compressed else f"> {quote(one.path)}"
    if one.source == "/.":
        return f'docker export "$id" {to}'
    return f'docker cp "$id":{quote(one.source)} - {to}'


def _build_command(name: str, source: ConvertSource, made: Converted, image: Image) -> str:
    flags = _flags(dict(made.builds)[image.name], dict(source.flags), image)
    given = {_argument(flag) for flag in flags}
    words = ["docker build", *flags, *dict(source.labels).get(image.name, ())]
    words += [
        f"--build-arg={key}" if value is None else quote(f"--build-arg={key}={value}")
        for key, value in image.build_args
        if key not in given
    ]
    if image.target:
        words.append(f"--target {image.target}")
    if posixpath.normpath(posixpath.join(image.context, DOCKERFILE)) != name:
        words.append(f"-f {quote(name)}")
    tag = dict(source.tags).get(image.name, quote(image.tag))
    words += [f"-t {tag}"] if tag is not None else []
    return " ".join([*words, quote(image.context)])


def _flags(
    names: tuple[str, ...], all_flags: Mapping[str, tuple[str, ...]], image: Image
) -> list[str]:
    """The flags of the builds that are merged into one. Raises InputError if they contradict."""
    found: dict[str, str] = {}
    for name in names:
        for flag in all_flags.get(name, ()):
            if flag.startswith(("--platform=", "--output=", "-o ")) and name != image.name:
                # A FROM has its own --platform, and a stage has no output.
                continue
            argument = _argument(flag)
            known = found.setdefault(argument or flag, flag)
            value = dict(image.build_args).get(argument)
            if known != flag and value is None:
                raise InputError(
                    f"--build-arg {argument} is given twice, with values that only a run "
                    "can compare",
                    hint=f"give the ARG {argument} another name in one of the files",
                )
            if value is not None and flag.endswith(f"={quote(value)}"):
                found[argument] = flag
    return list(found.values())


def _argument(flag: str) -> str:
    """The name of the build argument that a flag gives; "" for other flags."""
    return flag.partition("=")[2].partition("=")[0] if flag.startswith("--build-arg=") else ""
