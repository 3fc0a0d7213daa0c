"""The port that a project's configuration files set, found by its key and the keys above it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from bpkit.errors import InputError
from bpkit.languages.listing import Listing
from bpkit.languages.port_numbers import is_port

_FILES = (
    *("config.yaml", "config.yml", "config.toml", "config.json", "config/default.json"),
    *("config/default.yaml", "config/default.yml", "config/default.toml", "config/config.yaml"),
    *("configs/config.yaml", "configs/config.yml", "conf/config.yaml", "settings.toml"),
    *("config/config.json", "config/config.yml", "config/production.yaml", "config/base.yaml"),
    *("configuration/base.yaml", "configuration.yaml", "settings.yaml", "app.yaml", "Rocket.toml"),
    *(".env.example", ".env.sample", ".env.template", ".env.dist", "example.env", "env.example"),
)
#: In the name of a constant or a section, these say that the port is another program's.
OF_OTHERS = re.compile(
    r"(?i)redis|db|database|mongo|kafka|nats|sql|postgres|pg|smtp|mail|upstream|remote|target|peer"
    r"|rabbit|amqp|cache|elastic|proxy|debug|admin|metric|grpc_client|consul|etcd|minio|s3|mqtt"
    r"|broker|queue|ldap|vault|memcache|clickhouse|influx|prometheus|jaeger|otel|tracing|client"
)
_KEY = re.compile(r"(?i)(?:(?:server|http|app|listen|web|api|bind)[._-]?)?port")
_ADDRESS_KEY = re.compile(r"(?i)(?:(?:server|http|app|web|api)[._-]?)?(?:listen|addr|address|bind)")
_IN_LINES = re.compile(
    r"(?im)^\s*(?:export\s+)?(?:(?:server|http|app|listen|web|api|bind)[._-]?)?port\s*[:=]\s*"
    r"[\"']?(?:\$\{\w+:-?)?([1-9]\d{1,4})\b"
)


def settings_port(listing: Listing) -> tuple[str, str] | None:
    """The port that a configuration file sets, and the file."""
    for file in _FILES:
        if file in listing and (port := _port_in(listing, file)):
            return port, file
    return None


def port_of_argument(listing: Listing, words: Iterable[str]) -> tuple[str, str] | None:
    """The port in a configuration file that a command names, and the file."""
    for word in words:
        file = word.rpartition("=")[2].removeprefix("./")
        is_of_settings = file.endswith((".json", ".toml", ".yaml", ".yml")) and file in listing
        if is_of_settings and (port := _port_in(listing, file)):
            return port, file
    return None


def _port_in(listing: Listing, file: str) -> str:
    """The program's own port, not one in a section for a service that it connects to."""
    try:
        if file.endswith(".json"):
            read: object = listing.json(file)
        elif file.endswith(".toml"):
            read = listing.toml(file)
        elif file.endswith((".yaml", ".yml")):
            read = listing.yaml(file)
        else:
            read = None
    except InputError:
        return ""
    if isinstance(read, Mapping):
        return next(_ports_below(read, 0), "")
    found = _IN_LINES.search(listing.read(file))
    return found[1] if found else ""


def _ports_below(table: Mapping[object, object], depth: int) -> Iterator[str]:
    for key, value in table.items():
        text = re.sub(r"^\$\{\w+:-?(\d+)\}$", r"\1", str(value).strip())
        if _KEY.fullmatch(str(key)) and is_port(text):
            yield text
        elif _ADDRESS_KEY.fullmatch(str(key)) and (found := re.fullmatch(r"[\w.*]*:(\d+)", text)):
            yield found[1]
    for key, value in table.items():
        if isinstance(value, Mapping) and depth < 4 and not OF_OTHERS.search(str(key)):
            yield from _ports_below(value, depth + 1)
