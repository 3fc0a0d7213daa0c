"""What each language's own files are read to say, with the file that says it."""

from __future__ import annotations

import json

import pytest

from bpkit.errors import InputError
from tests.languages.listings import detected, fact

MAIN = "package main\nfunc main() {}\n"


def test_go_gives_its_version_main_package_and_port() -> None:
    server = 'package main\nfunc main() { http.ListenAndServe(":9000", nil) }\n'
    found = detected(
        {
            "go.mod": "module example.com/shop\n\ngo 1.22.3\n",
            "go.sum": "",
            "cmd/shop/main.go": server,
            "cart/cart.go": "package cart\n",
        }
    )
    assert found.template == "go"
    assert found.name == "shop"
    assert fact(found, "Go version") == ("1.22", "go.mod")
    assert fact(found, "main package") == ("./cmd/shop", "cmd/shop/main.go")
    assert fact(found, "port") == ("9000", "cmd/shop/main.go")
    assert found.values["manifests"] == "go.mod go.sum"


def test_gos_toolchain_line_takes_precedence_over_the_go_line() -> None:
    text = "module m\n\ngo 1.21\n\ntoolchain go1.23.1\n"
    assert fact(detected({"go.mod": text, "main.go": MAIN}), "Go version")[0] == "1.23"


def test_several_main_packages_are_an_error_unless_one_is_named() -> None:
    files = {"go.mod": "module m\n", "cmd/a/main.go": MAIN, "cmd/b/main.go": MAIN}
    with pytest.raises(InputError, match=r"2 main packages: \./cmd/a, \./cmd/b"):
        detected(files)
    assert detected(files, entry="./cmd/b").name == "b"


def test_rust_reads_binaries_and_pinned_toolchains() -> None:
    files = {
        "Cargo.toml": '[package]\nname = "tool"\n[[bin]]\nname = "t"\npath = "src/main.rs"\n',
        "rust-toolchain.toml": '[toolchain]\nchannel = "1.75.0"\n',
        "src/main.rs": "",
    }
    found = detected(files)
    assert fact(found, "binary") == ("t", "Cargo.toml")
    assert fact(found, "Rust version") == ("1.75", "rust-toolchain.toml")
    assert found.values["locked"] == ""


def test_a_rust_library_is_not_a_program() -> None:
    with pytest.raises(InputError, match="no binary"):
        detected({"Cargo.toml": '[package]\nname = "l"\n', "src/lib.rs": ""})


def test_rust_on_an_empty_image_is_linked_statically() -> None:
    files = {"Cargo.toml": '[package]\nname = "x"\n', "src/main.rs": ""}
    assert "crt-static" in detected(files, base="scratch").values["rustflags"]
    assert "crt-static" not in detected(files).values["rustflags"]


@pytest.mark.parametrize(
    ("file", "text", "template", "program"),
    [
        ("Makefile", "TARGET := bin/tool\n", "c/make", "tool"),
        ("Makefile", "tool: tool.c\n\t$(CC) -o $@ $<\n", "c/make", "tool"),
        ("Makefile", "all:\n\tcc -o tool tool.c\n", "c/make", "tool"),
        (
            "CMakeLists.txt",
            "project(tool C)\nadd_executable(${PROJECT_NAME} a.c)",
            "c/cmake",
            "tool",
        ),
        ("meson.build", "project('p', 'c')\nexecutable('tool', 'a.c')\n", "c/meson", "tool"),
    ],
)
def test_a_build_system_of_c_names_its_program(
    file: str, text: str, template: str, program: str
) -> None:
    found = detected({file: text, "tool.c": ""})
    assert (found.template, found.values["binary"]) == (template, program)


def test_autotools_name_their_programs_in_makefile_am() -> None:
    found = detected(
        {"configure.ac": "", "src/Makefile.am": "bin_PROGRAMS = tool\n", "src/tool.c": ""}
    )
    assert (found.template, found.values["binary"]) == ("c/autotools", "tool")


PYPROJECT = '[project]\nname = "Web_Shop"\nrequires-python = ">=3.9,<3.12"\n'


def test_python_reads_its_version_and_its_scripts_from_pyproject() -> None:
    found = detected(
        {"pyproject.toml": f'{PYPROJECT}[project.scripts]\nshop = "shop:main"\n', "shop.py": ""}
    )
    assert found.template == "python/pyproject"
    assert found.name == "web_shop"
    assert fact(found, "Python version") == ("3.11", "")
    assert fact(found, "entry point") == ("shop", "pyproject.toml")


@pytest.mark.parametrize(
    ("lock", "template"), [("uv.lock", "python/uv"), ("poetry.lock", "python/poetry")]
)
def test_a_lock_file_says_which_tool_installs(lock: str, template: str) -> None:
    found = detected({"pyproject.toml": PYPROJECT, lock: "", "main.py": ""})
    assert found.template == template
    assert fact(found, "lock file") == (lock, lock)


@pytest.mark.parametrize(
    ("packages", "source", "command", "port"),
    [
        (
            "flask\ngunicorn\n",
            "app = Flask(__name__)\n",
            "gunicorn --bind 0.0.0.0:5000 app:app",
            "5000",
        ),
        ("flask\n", "app = Flask(__name__)\napp.run(port=8081)\n", None, "8081"),
        ("fastapi\nuvicorn\n", "api = FastAPI()\n", None, "8000"),
        ("requests\n", "print()\n", "python app.py", ""),
    ],
)
def test_a_python_program_is_started_by_the_server_among_its_packages(
    packages: str, source: str, command: str | None, port: str
) -> None:
    found = detected({"requirements.txt": packages, "app.py": source})
    assert found.port == port
    if command:
        assert fact(found, "entry point") == (command, "app.py")


def node(**package: object) -> str:
    return json.dumps({"name": "@me/shop", **package})


def test_node_reads_engines_and_the_start_script() -> None:
    found = detected(
        {
            "package.json": node(engines={"node": "^20"}, scripts={"start": "node src/server.js"}),
            "package-lock.json": "{}",
            "src/server.js": "app.listen(process.env.PORT || 4000)\n",
        }
    )
    assert found.template == "node/server"
    assert found.name == "me__shop"
    assert fact(found, "Node.js version") == ("20", "package.json")
    assert fact(found, "port") == ("4000", "src/server.js")
    assert found.values["entrypoint"] == '["node", "src/server.js"]'
    assert found.values["install"] == "npm ci --omit=dev"
    assert found.values["build"] == ""


def test_node_with_a_build_step_installs_all_and_ships_less() -> None:
    package = node(main="dist/i.js", scripts={"build": "tsc"}, packageManager="pnpm@9.1.0")
    found = detected({"package.json": package, "pnpm-lock.yaml": ""})
    assert found.values["setup"] == "npm install --global pnpm@9.1.0"
    assert found.values["install"] == "pnpm install --frozen-lockfile"
    assert found.values["build"] == "pnpm run build"
    assert found.values["prune"] == "pnpm prune --prod --ignore-scripts"


def test_a_built_site_is_served_by_nginx() -> None:
    package = node(scripts={"build": "vite build"}, devDependencies={"vite": "5"})
    found = detected({"package.json": package, "yarn.lock": ""})
    assert found.template == "node/static"
    assert found.values["site"] == "dist"


def test_an_invalid_package_json_is_reported_with_its_line() -> None:
    with pytest.raises(InputError, match=r"package\.json:2"):
        detected({"package.json": '{\n"name": }'})


POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <artifactId>shop</artifactId><version>1.0</version>
  <properties><java.version>17</java.version></properties>{more}
</project>"""


def test_maven_reads_the_release_the_jar_and_the_main_class() -> None:
    source = "package a.b;\nclass Main {\n public static void main(String[] a) {} }\n"
    found = detected({"pom.xml": POM.format(more=""), "src/main/java/a/b/Main.java": source})
    assert fact(found, "Java version") == ("17", "pom.xml")
    assert fact(found, "main class") == ("a.b.Main", "src/main/java/a/b/Main.java")
    assert "target/shop-1.0.jar" in str(found.values["install"])


def test_spring_boot_is_started_by_its_jar_on_the_port_of_its_settings() -> None:
    more = "<build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin>"
    found = detected(
        {
            "pom.xml": POM.format(more=f"{more}</plugins></build>"),
            "src/main/resources/application.yml": "server:\n  port: 9090\n",
        }
    )
    assert found.values["entrypoint"] == '["java", "-jar", "/srv/app/app.jar"]'
    assert fact(found, "port") == ("9090", "src/main/resources/application.yml")


def test_an_invalid_pom_is_reported_with_its_line() -> None:
    with pytest.raises(InputError, match=r"pom\.xml:1"):
        detected({"pom.xml": "<project><artifactId></project>"})


def test_gradle_reads_the_main_class_and_the_release() -> None:
    text = "plugins { id 'application' }\nmainClassName = 'a.Main'\nsourceCompatibility = 11\n"
    found = detected({"build.gradle": text, "settings.gradle": "rootProject.name = 'shop'\n"})
    assert (found.template, found.name) == ("java/gradle", "shop")
    assert fact(found, "Java version") == ("11", "build.gradle")
    assert found.values["jars"] == "build/install/shop/lib/*.jar"


def test_dotnet_uses_the_project_with_a_program() -> None:
    web = '<Project Sdk="Microsoft.NET.Sdk.Web"><TargetFramework>net9.0</TargetFramework></Project>'
    found = detected(
        {"src/Web/Web.csproj": web, "src/Lib/Lib.csproj": '<Project Sdk="Microsoft.NET.Sdk"/>'}
    )
    assert fact(found, ".NET version") == ("9.0", "src/Web/Web.csproj")
    assert found.values["entrypoint"] == '["dotnet", "Web.dll"]'
    assert found.port == "8080"


def test_php_with_a_public_directory_is_a_site_otherwise_a_program() -> None:
    composer = '{"name": "me/shop", "require": {"php": "^8.1"}}'
    site = detected({"composer.json": composer, "public/index.php": ""})
    assert (site.template, site.values["document_root"]) == ("php/apache", "/srv/app/public")
    tool = detected({"composer.json": composer, "cli.php": ""})
    assert (tool.template, tool.values["entrypoint"]) == ("php/cli", '["php", "cli.php"]')


def test_ruby_reads_its_version_and_starts_rack_by_puma() -> None:
    gems = "ruby '~> 3.2.0'\ngem 'puma'\n"
    found = detected({"Gemfile": gems, "Gemfile.lock": "", "config.ru": ""})
    assert fact(found, "Ruby version") == ("3.2", "Gemfile")
    assert found.port == "9292"
    assert found.values["frozen"] == "true"


def test_zig_reads_its_version_from_the_manifest() -> None:
    found = detected(
        {
            "build.zig": 'b.addExecutable(.{ .name = "tool" }); b.standardTargetOptions(.{});',
            "build.zig.zon": '.{ .minimum_zig_version = "0.12.1" }',
        }
    )
    assert fact(found, "Zig version") == ("0.12.1", "build.zig.zon")
    assert "-Dtarget=" in found.values["options"]


def test_a_site_is_found_at_the_top_or_in_a_usual_directory() -> None:
    assert detected({"index.html": ""}).values["site"] == "."
    assert detected({"public/index.html": "", "README.md": ""}).values["site"] == "public"


def test_a_name_that_would_need_quotes_is_refused() -> None:
    with pytest.raises(InputError, match="quotes"):
        detected({"go.mod": "module m\n", "cmd/a b/main.go": MAIN})


UV = '[project]\nname = "shop"\ndependencies = ["scales"]\n'
SCALES = '[project]\nname = "scales"\n'


def test_a_workspace_of_uv_without_a_lock_is_installed_by_uv_and_not_from_pypi() -> None:
    table = (
        '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
        "[tool.uv.sources]\nscales = { workspace = true }\n"
    )
    found = detected(
        {"pyproject.toml": UV + table, "main.py": "", "packages/scales/pyproject.toml": SCALES}
    )
    assert found.template == "python/uv"
    assert found.values["frozen"] == ""
    assert "packages/scales/pyproject.toml packages/scales/" in found.values["member_manifests"]
    assert any("no uv.lock" in note for note in found.notes)


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": UV, "main.py": "", "packages/scales/pyproject.toml": SCALES},
        {"requirements.txt": "scales\n", "a.py": "", "libs/scales/pyproject.toml": SCALES},
        {
            "package.json": '{"dependencies": {"@shop/scales": "*"}, "main": "a.js"}',
            "a.js": "",
            "libs/scales/package.json": '{"name": "@shop/scales"}',
        },
    ],
)
def test_the_projects_own_package_is_never_installed_from_an_index(files: dict[str, str]) -> None:
    with pytest.raises(InputError, match="would be taken from") as refused:
        detected(files)
    assert "libs/scales" in str(refused.value.hint) or "packages/scales" in str(refused.value.hint)


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "./libs/scales\n", "a.py": "", "libs/scales/pyproject.toml": SCALES},
        {
            "package.json": '{"dependencies": {"@shop/scales": "*"}, "workspaces": ["libs/*"],'
            ' "main": "a.js"}',
            "a.js": "",
            "libs/scales/package.json": '{"name": "@shop/scales"}',
        },
        {
            "package.json": '{"dependencies": {"@shop/scales": "file:libs/scales"},'
            ' "main": "a.js"}',
            "a.js": "",
            "libs/scales/package.json": '{"name": "@shop/scales"}',
        },
    ],
)
def test_a_package_named_by_its_directory_is_accepted(files: dict[str, str]) -> None:
    assert detected(files).template in {"python/pip", "node/server"}


def test_a_port_is_read_in_a_script_without_suffix_and_a_missing_one_noted() -> None:
    start = '{"scripts": {"start": "node ./bin/www"}, "dependencies": {"express": "4"}}'
    www = (
        "#!/usr/bin/env node\nvar port = normal(process.env.PORT || '3100');\nserver.listen(port);"
    )
    assert detected({"package.json": start, "bin/www": www}).port == "3100"
    found = detected({"package.json": start, "bin/www": "#!/usr/bin/env node\nrequire('x')"})
    assert found.port == ""
    assert any("--port" in note for note in found.notes)
