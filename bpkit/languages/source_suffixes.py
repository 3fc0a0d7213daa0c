"""File name suffixes of each language's source files."""

PYTHON = (".py",)
JAVASCRIPT = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")
GO = (".go",)
RUST = (".rs",)
C_SOURCES = (".c",)
#: A capital ``.C`` is C++ to GCC.
CPP = (".cc", ".cpp", ".cxx", ".C")
C_HEADERS = (".h", ".hpp")
C_FAMILY = (*C_SOURCES, *CPP, *C_HEADERS)
JVM = (".java", ".kt", ".scala", ".groovy")
RUBY = (".rb",)
PHP = (".php",)
DOTNET = (".cs", ".fs")
ZIG = (".zig",)
ELIXIR = (".ex", ".exs")
#: Languages whose sources are unlikely in a web site that needs no build.
OF_PROGRAMS = (*C_SOURCES, *CPP, *JVM, *GO, *RUST, *DOTNET, ".pl", ".pm", ".hs", ".ml")
#: Languages whose program can be one source file, without a manifest.
OF_LONE_PROGRAMS = (*PYTHON, ".js", ".mjs", ".ts", *GO, *PHP, *RUBY)
