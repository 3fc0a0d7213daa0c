"""The files chosen for services in Python, Node.js and Java, without an engine."""

from __future__ import annotations

import pytest

from bpkit.image import Imports
from bpkit.image.evidence import Evidence
from bpkit.languages.python.needs import MODULES as MODULE_FILES
from tests.verbs.check.made import library, link, program, static, text
from tests.verbs.shrink.made import ACCOUNTS, LIBC, LIBRARIES, chosen, files

PYTHON = (
    program("/usr/bin/python3.11", "libc.so.6"),
    link("/usr/bin/python3", "python3.11"),
    text("/usr/lib/python3.11/os.py", b"", 0o644),
    text("/usr/lib/python3.11/json/__init__.py", b"", 0o644),
    text("/usr/lib/python3.11/wave.py", b"", 0o644),
    text("/usr/lib/python3.11/test/big.py", b"", 0o644),
    text("/usr/lib/python3.11/__pycache__/os.cpython-311.pyc", b"", 0o644),
    library("/usr/lib/python3.11/lib-dynload/zlib.cpython-311-x86_64-linux-gnu.so", "libz.so.1"),
    text("/usr/lib/python3/dist-packages/pip/__init__.py", b"", 0o644),
    text("/usr/lib/python3/dist-packages/pip-23.0.dist-info/METADATA", b"", 0o644),
    text("/usr/local/lib/python3.11/dist-packages/flask/__init__.py", b"", 0o644),
    text("/usr/local/lib/python3.11/dist-packages/flask/tests/t.py", b"", 0o644),
    text("/app/main.py", b"", 0o644),
    text("/app/.git/HEAD", b"", 0o644),
)
MODULES = {
    "/app/main.py": Evidence(imports=Imports(frozenset({"json", "zlib"}))),
    "/usr/local/lib/python3.11/dist-packages/flask/__init__.py": Evidence(),
}


def test_a_python_service_keeps_its_interpreter_imports_and_packages() -> None:
    choice = chosen(*PYTHON, evidence=MODULES, cmd=("python3", "main.py"), workdir="/app")
    assert files(choice) - LIBC == {
        "/usr/bin/python3",
        "/usr/bin/python3.11",
        "/usr/lib/python3.11/os.py",
        "/usr/lib/python3.11/json/__init__.py",
        "/usr/lib/python3.11/lib-dynload/zlib.cpython-311-x86_64-linux-gnu.so",
        f"{LIBRARIES}/libz.so.1",
        f"{LIBRARIES}/libz.so.1.2.13",
        "/usr/local/lib/python3.11/dist-packages/flask/__init__.py",
        "/app/main.py",
        *ACCOUNTS,
    }
    assert choice.language == "Python"
    assert choice.rootfs.nodes["/tmp"].mode == 0o1777


def test_compiled_translations_and_those_of_the_application_are_kept() -> None:
    site = "/usr/local/lib/python3.11/dist-packages/flask/locale/de"
    nodes = (
        *PYTHON,
        text(f"{site}/shop.po", b"", 0o644),
        text(f"{site}/shop.mo", b"", 0o644),
        text("/app/locale/de/own.po", b"", 0o644),
    )
    choice = chosen(*nodes, evidence=MODULES, cmd=("python3", "main.py"), workdir="/app")
    assert {f"{site}/shop.mo", "/app/locale/de/own.po"} <= files(choice)
    assert f"{site}/shop.po" not in files(choice)


def test_modules_that_a_package_needs_are_kept_although_they_belong_to_installers() -> None:
    package = "/usr/lib/python3/dist-packages/pkg_resources/__init__.py"
    nodes = (*PYTHON, text(package, b"", 0o644))
    without = chosen(*nodes, evidence=MODULES, cmd=("python3", "main.py"), workdir="/app")
    assert package not in files(without)
    imports = Imports(frozenset({"pkg_resources"}), certain=frozenset({"pkg_resources"}))
    evidence = {**MODULES, "/app/main.py": Evidence(imports=imports)}
    choice = chosen(*nodes, evidence=evidence, cmd=("python3", "main.py"), workdir="/app")
    assert package in files(choice)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("flask/__init__.py", ".tests.t"),
        ("flask/__init__.py", "flask.tests"),
        ("flask/helpers/one.py", "..tests"),
    ],
)
def test_tests_that_a_package_imports_at_once_are_kept_and_what_they_may_import(
    module: str, name: str
) -> None:
    site = "/usr/local/lib/python3.11/dist-packages"
    nodes = (*PYTHON, text(f"{site}/flask/helpers/one.py", b"", 0o644))
    imports = Imports(frozenset({name}), certain=frozenset({name}))
    evidence = {**MODULES, f"{site}/{module}": Evidence(imports=imports)}
    choice = chosen(*nodes, evidence=evidence, cmd=("python3", "main.py"), workdir="/app")
    # The tests themselves aren't read, so any module of the library may be imported by them.
    assert {f"{site}/flask/tests/t.py", "/usr/lib/python3.11/wave.py"} <= files(choice)
    later = {**MODULES, f"{site}/{module}": Evidence(imports=Imports(frozenset({name})))}
    choice = chosen(*nodes, evidence=later, cmd=("python3", "main.py"), workdir="/app")
    assert f"{site}/flask/tests/t.py" not in files(choice)


def test_only_the_tests_of_the_library_itself_are_not_read() -> None:
    site = "/usr/lib/python3/dist-packages"
    pattern = MODULE_FILES.not_read
    assert pattern
    assert not pattern.search(f"{site}/django/test/testcases.py")
    for path in ("/usr/lib/python3.11/test/big.py", "/usr/lib/python3.11/unittest/test/a.py"):
        assert pattern.search(path)
    assert pattern.search(f"{site}/django/tests/big.py")


def test_a_virtual_environment_is_kept_with_its_python() -> None:
    nodes = (
        *PYTHON,
        link("/opt/venv/bin/python", "/usr/bin/python3"),
        text("/opt/venv/pyvenv.cfg", b"", 0o644),
        text("/opt/venv/bin/gunicorn", b"#!/opt/venv/bin/python\n"),
        text("/opt/venv/lib/python3.11/site-packages/gunicorn/app.py", b"", 0o644),
        text("/opt/venv/lib/python3.11/site-packages/pip/__init__.py", b"", 0o644),
    )
    env = {"PATH": "/opt/venv/bin:/usr/bin"}
    choice = chosen(*nodes, evidence=MODULES, cmd=("gunicorn", "main:app"), workdir="/app", env=env)
    assert {
        "/opt/venv/pyvenv.cfg",
        "/opt/venv/bin/gunicorn",
        "/opt/venv/bin/python",
        "/opt/venv/lib/python3.11/site-packages/gunicorn/app.py",
        "/usr/bin/python3.11",
        "/usr/lib/python3.11/os.py",
        "/app/main.py",
    } <= files(choice)
    assert "/opt/venv/lib/python3.11/site-packages/pip/__init__.py" not in files(choice)
    assert choice.config.env["PATH"] == "/opt/venv/bin:/usr/bin"


def test_a_node_service_keeps_its_modules_and_the_files_that_node_names() -> None:
    nodes = (
        program("/usr/bin/node", "libc.so.6"),
        text("/usr/share/nodejs/undici/undici-fetch.js", b"", 0o644),
        text("/usr/share/nodejs/npm/cli.js", b"", 0o644),
        text("/app/server.js", b"", 0o644),
        text("/app/node_modules/ms/index.js", b"", 0o644),
    )
    named = frozenset({"/usr/share/nodejs/undici/undici-fetch.js"})
    choice = chosen(
        *nodes,
        evidence={"/usr/bin/node": Evidence(texts=named)},
        cmd=("node", "server.js"),
        workdir="/app",
    )
    assert files(choice) - LIBC == {
        "/usr/bin/node",
        "/usr/share/nodejs/undici/undici-fetch.js",
        "/app/server.js",
        "/app/node_modules/ms/index.js",
        *ACCOUNTS,
    }


def test_node_modules_above_the_script_are_kept() -> None:
    nodes = (
        static("/usr/bin/node"),
        text("/srv/x/dist/server.js", b"", 0o644),
        text("/srv/x/package.json", b"", 0o644),
        text("/srv/x/node_modules/ms/index.js", b"", 0o644),
    )
    choice = chosen(*nodes, cmd=("node", "/srv/x/dist/server.js"))
    assert {"/srv/x/node_modules/ms/index.js", "/srv/x/package.json"} <= files(choice)


def test_a_java_program_keeps_its_jar_and_the_runtime_without_tools() -> None:
    home = "/usr/lib/jvm/java-17"
    nodes = (
        program(f"{home}/bin/java", "libc.so.6"),
        static(f"{home}/bin/javac"),
        text(f"{home}/lib/modules", b"", 0o644),
        text(f"{home}/lib/ct.sym", b"", 0o644),
        link(f"{home}/conf", "/etc/java-17"),
        text("/etc/java-17/net.properties", b"", 0o644),
        text(f"{home}/jmods/java.base.jmod", b"", 0o644),
        link("/usr/bin/java", f"{home}/bin/java"),
        text("/srv/app/app.jar", b"", 0o644),
        text("/srv/app/lib/dep.jar", b"", 0o644),
        text("/src/App.java", b"", 0o644),
    )
    choice = chosen(*nodes, cmd=("java", "-jar", "/srv/app/app.jar"), workdir="/src")
    assert files(choice) - LIBC == {
        "/usr/bin/java",
        f"{home}/bin/java",
        f"{home}/lib/modules",
        f"{home}/conf",
        "/etc/java-17/net.properties",
        "/srv/app/app.jar",
        "/srv/app/lib/dep.jar",
        *ACCOUNTS,
    }


def test_a_jar_in_the_root_does_not_keep_the_whole_system() -> None:
    nodes = (static("/jdk/bin/java"), text("/app.jar", b"", 0o644))
    choice = chosen(*nodes, cmd=("/jdk/bin/java", "-jar", "/app.jar"))
    assert files(choice) == {"/jdk/bin/java", "/app.jar", *ACCOUNTS}


def test_java_started_in_the_root_without_a_class_path_does_not_keep_the_whole_image() -> None:
    home = "/usr/lib/jvm/java-17"
    nodes = (
        program(f"{home}/bin/java", "libc.so.6"),
        text(f"{home}/lib/modules", b"", 0o644),
        link("/usr/bin/java", f"{home}/bin/java"),
        text("/usr/share/other/goods", b"", 0o644),
    )
    choice = chosen(*nodes, cmd=("java", "Till"), workdir="/")
    assert f"{home}/lib/modules" in files(choice)
    assert f"{home}/bin/java" in files(choice)
    assert "/usr/bin/gcc" not in files(choice)


@pytest.mark.parametrize(
    ("interpreter", "kept", "gone"),
    [
        (
            "ruby",
            (
                "/usr/local/bundle/gems/activesupport-7.1/lib/active_support/cache/store.rb",
                "/usr/local/bundle/gems/till-1/lib/till/doc/page.rb",
                "/usr/local/bundle/gems/till-1/public/404.html",
                "/usr/lib/ruby/3.1.0/rdoc/markup.rb",
            ),
            (
                "/usr/local/bundle/cache/till-1.gem",
                "/usr/local/bundle/doc/till-1/ri/till.ri",
                "/usr/local/bundle/gems/till-1/sig/till.rbs",
            ),
        ),
        (
            "Rscript",
            (
                "/usr/lib/R/site-library/rmarkdown/rmd/h/default.html",
                "/usr/lib/R/site-library/till/shop/help/words.txt",
            ),
            (
                "/usr/lib/R/site-library/till/help/till.rdb",
                "/usr/lib/R/site-library/till/html/00Index.html",
            ),
        ),
        (
            "php",
            ("/usr/share/php/Till/build/Tea.php", "/usr/share/php/Till/page.html"),
            ("/usr/lib/php/20220829/build/phpize.m4",),
        ),
        ("perl", ("/usr/share/perl5/Debian/AdduserCommon.pm", "/usr/share/perl5/A/page.html"), ()),
    ],
)
def test_of_a_whole_library_only_what_nothing_loads_is_left_out(
    interpreter: str, kept: tuple[str, ...], gone: tuple[str, ...]
) -> None:
    nodes = [text(path, b"x", 0o644) for path in (*kept, *gone)]
    choice = chosen(static(f"/usr/bin/{interpreter}"), *nodes, cmd=(interpreter, "-v"))
    assert set(kept) <= files(choice)
    assert not set(gone) & files(choice)
