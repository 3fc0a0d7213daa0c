"""Debian packages (bookworm) that Python packages are compiled against, and need at run time.

Most packages have self-contained wheels; these are the common ones that don't.
"""

from __future__ import annotations

from bpkit.languages.python.packages import PythonPackages

_COMPILER = "gcc libc6-dev"
#: For the build, and for the image that ships.
_WANTED: dict[str, tuple[str, str]] = {
    "psycopg2": (f"{_COMPILER} libpq-dev", "libpq5"),
    "psycopg": ("", "libpq5"),
    "mysqlclient": (f"{_COMPILER} pkg-config default-libmysqlclient-dev", "libmariadb3"),
    "uwsgi": (f"{_COMPILER}", ""),
    "python-ldap": (f"{_COMPILER} libldap2-dev libsasl2-dev", "libldap-2.5-0 libsasl2-2"),
    "pyodbc": ("", "unixodbc"),
    "pycairo": (f"{_COMPILER} pkg-config libcairo2-dev", "libcairo2"),
    "pygraphviz": (f"{_COMPILER} pkg-config libgraphviz-dev", "graphviz"),
    "graphviz": ("", "graphviz"),
    "pygobject": (
        f"{_COMPILER} pkg-config libgirepository1.0-dev libcairo2-dev",
        "libgirepository-1.0-1",
    ),
    "dbus-python": (f"{_COMPILER} pkg-config libdbus-1-dev libglib2.0-dev", "libdbus-1-3"),
    "xmlsec": (f"{_COMPILER} pkg-config libxmlsec1-dev", "libxmlsec1-openssl"),
    "python-magic": ("", "libmagic1"),
    "opencv-python": ("", "libgl1 libglib2.0-0"),
    "opencv-contrib-python": ("", "libgl1 libglib2.0-0"),
    "weasyprint": ("", "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
    "cairosvg": ("", "libcairo2"),
    "pydub": ("", "ffmpeg"),
    "ffmpeg-python": ("", "ffmpeg"),
    "moviepy": ("", "ffmpeg"),
    "pytesseract": ("", "tesseract-ocr"),
    "pdf2image": ("", "poppler-utils"),
    "pyzbar": ("", "libzbar0"),
    "gitpython": ("", "git"),
    "gdal": (f"{_COMPILER} g++ libgdal-dev", "libgdal32"),
    "django-auth-ldap": (f"{_COMPILER} libldap2-dev libsasl2-dev", "libldap-2.5-0 libsasl2-2"),
    "pyaudio": (f"{_COMPILER} portaudio19-dev", "libportaudio2"),
    "soundfile": ("", "libsndfile1"),
    "rpi-gpio": (_COMPILER, ""),
    "misaka": (f"{_COMPILER} libffi-dev", ""),
    "python-snappy": (f"{_COMPILER} g++ libsnappy-dev", "libsnappy1v5"),
    "pylibmc": (f"{_COMPILER} libmemcached-dev zlib1g-dev libsasl2-dev", "libmemcached11"),
    "m2crypto": (f"{_COMPILER} swig libssl-dev", "libssl3"),
    "pycups": (f"{_COMPILER} libcups2-dev", "libcups2"),
    "evdev": (f"{_COMPILER} linux-libc-dev", ""),
    "pyscard": (f"{_COMPILER} swig libpcsclite-dev", "libpcsclite1"),
    "netifaces": (_COMPILER, ""),
    "pyicu": (f"{_COMPILER} g++ pkg-config libicu-dev", "libicu72"),
    "pycurl": (f"{_COMPILER} libcurl4-openssl-dev libssl-dev", "libcurl4"),
    "gssapi": (f"{_COMPILER} libkrb5-dev", "libkrb5-3"),
    "pykerberos": (f"{_COMPILER} libkrb5-dev", "libkrb5-3"),
    "leveldb": (f"{_COMPILER} g++ libleveldb-dev", "libleveldb1d"),
    "pysqlcipher3": (f"{_COMPILER} libsqlcipher-dev", "libsqlcipher0"),
}


def system_packages(packages: PythonPackages, *, uses_git: bool = False) -> tuple[str, str]:
    """The packages for the build and for the image that ships, as arguments of apt-get."""
    build: dict[str, None] = {}
    runtime: dict[str, None] = {}
    for name, (for_build, for_runtime) in _WANTED.items():
        if name not in packages:
            continue
        extras = packages.names[name]
        if name == "psycopg" and "binary" in extras:
            continue
        is_compiled = name == "psycopg" and "c" in extras
        needed = f"{_COMPILER} libpq-dev" if is_compiled else for_build
        build |= dict.fromkeys(needed.split())
        runtime |= dict.fromkeys(for_runtime.split())
    if uses_git:
        build["git"] = None
    return " ".join(build), " ".join(runtime)
