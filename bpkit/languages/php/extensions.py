"""Extensions that a PHP project requires, and how the official image installs them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bpkit.languages.listing import Listing

#: Already in php:8-cli and php:8-apache (``php -m`` there).
_BUILT_IN = frozenset(
    {
        *("core", "ctype", "curl", "date", "dom", "fileinfo", "filter", "ftp", "hash", "iconv"),
        *("json", "libxml", "mbstring", "mysqlnd", "openssl", "pcre", "pdo", "pdo_sqlite", "phar"),
        *("posix", "random", "readline", "reflection", "session", "simplexml", "sodium", "spl"),
        *("sqlite3", "standard", "tokenizer", "xml", "xmlreader", "xmlwriter", "zlib"),
    }
)
#: Extensions for docker-php-ext-install, and the Debian packages that they need.
_BUNDLED = {
    "bcmath": "",
    "calendar": "",
    "exif": "",
    "pcntl": "",
    "pdo_mysql": "",
    "mysqli": "",
    "shmop": "",
    "sockets": "",
    "sysvmsg": "",
    "sysvsem": "",
    "sysvshm": "",
    "opcache": "",
    "gettext": "",
    "dba": "",
    "pdo_pgsql": "libpq-dev",
    "pgsql": "libpq-dev",
    "intl": "libicu-dev",
    "zip": "libzip-dev",
    "ffi": "libffi-dev",
    "gd": "libpng-dev libjpeg-dev libfreetype-dev",
    "gmp": "libgmp-dev",
    "soap": "libxml2-dev",
    "xsl": "libxslt1-dev",
    "bz2": "libbz2-dev",
    "ldap": "libldap2-dev",
    "tidy": "libtidy-dev",
    "imap": "libc-client2007e-dev libkrb5-dev",
    "enchant": "libenchant-2-dev",
    "snmp": "libsnmp-dev",
}
_PECL = {
    "redis": "",
    "apcu": "",
    "mongodb": "libssl-dev",
    "xdebug": "",
    "imagick": "libmagickwand-dev",
    "memcached": "libmemcached-dev zlib1g-dev",
    "amqp": "librabbitmq-dev",
    "igbinary": "",
    "yaml": "libyaml-dev",
    "grpc": "zlib1g-dev",
    "swoole": "",
    "pcov": "",
    "ds": "",
    "msgpack": "",
}


@dataclass(frozen=True)
class PhpExtensions:
    """The extensions to add: PHP's own, those from PECL, and the packages that they need."""

    bundled: tuple[str, ...] = ()
    pecl: tuple[str, ...] = ()
    packages: str = ""
    unknown: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All the extensions that are added."""
        return (*self.bundled, *self.pecl)


def required_extensions(listing: Listing, composer: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of ``ext-*`` that the project or its locked packages require."""
    found: dict[str, None] = {}
    tables = [composer.get("require")]
    lock = listing.json("composer.lock") if "composer.lock" in listing else {}
    tables += [one.get("require") for one in lock.get("packages", []) if isinstance(one, dict)]
    for table in tables:
        for name in table if isinstance(table, dict) else ():
            if name.startswith("ext-"):
                found[name.removeprefix("ext-").lower().replace("zend-", "")] = None
    if "artisan" in listing:
        settings = f"{listing.text('.env.example')}{listing.text('config/database.php')}"
        if "DB_CONNECTION=mysql" in settings:
            found["pdo_mysql"] = None
        if "DB_CONNECTION=pgsql" in settings:
            found["pdo_pgsql"] = None
    return tuple(found)


#: Calls and classes by extension, each with a word that they contain.
_CALLS = (
    ("mysqli", "mysqli", re.compile(r"\bmysqli_\w+\s*\(|\bnew\s+\\?mysqli\b")),
    ("pdo_mysql", "mysql:", re.compile(r"[\"'`]mysql:(?:host|dbname|unix_socket|\$|[\"'`])")),
    ("pdo_pgsql", "pgsql:", re.compile(r"[\"'`]pgsql:(?:host|dbname|\$|[\"'`])")),
    ("pgsql", "connect", re.compile(r"\bpg_p?connect\s*\(")),
    ("gd", "imagecreate", re.compile(r"\bimagecreate(?:truecolor|from\w+)?\s*\(")),
    ("zip", "ZipArchive", re.compile(r"\bnew\s+\\?ZipArchive\b")),
    ("soap", "Soap", re.compile(r"\bnew\s+\\?Soap(?:Client|Server)\b")),
    ("bcmath", "bc", re.compile(r"\bbc(?:add|sub|mul|div|mod|pow|comp)\s*\(")),
    ("gmp", "gmp_", re.compile(r"\bgmp_\w+\s*\(")),
    ("intl", "new ", re.compile(r"\bnew\s+\\?(?:NumberFormatter|IntlDateFormatter|Collator)\b")),
    ("exif", "exif_", re.compile(r"\bexif_(?:read_data|imagetype)\s*\(")),
    ("ldap", "ldap_", re.compile(r"\bldap_connect\s*\(")),
    ("imap", "imap_", re.compile(r"\bimap_open\s*\(")),
    ("pcntl", "pcntl_", re.compile(r"\bpcntl_fork\s*\(")),
    ("sockets", "socket_", re.compile(r"\bsocket_create\s*\(")),
    ("redis", "Redis", re.compile(r"\bnew\s+\\?Redis\b")),
    ("imagick", "Imagick", re.compile(r"\bnew\s+\\?Imagick\b")),
)
_MOST_SOURCES = 400
#: The program can do without an extension that it tests for first.
_GUARD = re.compile(
    r"(?:extension_loaded|function_exists|class_exists|is_callable|method_exists)"
    r"\s*\(\s*['\"]\\?(\w+)"
)
#: Added even then: the data is stored with it.
_STORES = frozenset({"mysqli", "pdo_mysql", "pdo_pgsql", "pgsql"})


def called_extensions(listing: Listing) -> Mapping[str, str]:
    """The extensions that the sources of a project without Composer call, and the source file."""
    found: dict[str, str] = {}
    guarded: set[str] = set()
    for file in listing.sources(".php", ".inc")[:_MOST_SOURCES]:
        text = listing.read(file)
        guarded |= set(_GUARD.findall(text)) if "(" in text else set()
        for name, word, shape in _CALLS:
            if name not in found and word in text and shape.search(text):
                found[name] = file
    return {
        name: found[name]
        for name, word, _ in _CALLS
        if name in found
        and (name in _STORES or not any(one.startswith((name, word)) for one in guarded))
    }


def docker_extensions(names: tuple[str, ...]) -> PhpExtensions:
    """The extensions that the image lacks, by how they are added."""
    wanted = [name for name in names if name not in _BUILT_IN]
    bundled = tuple(name for name in wanted if name in _BUNDLED)
    pecl = tuple(name for name in wanted if name in _PECL)
    packages = " ".join([*(_BUNDLED[one] for one in bundled), *(_PECL[one] for one in pecl)])
    unknown = tuple(name for name in wanted if name not in _BUNDLED and name not in _PECL)
    return PhpExtensions(bundled, pecl, " ".join(dict.fromkeys(packages.split())), unknown)
