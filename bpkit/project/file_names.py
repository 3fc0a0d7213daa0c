"""The names by which the Dockerfiles of a project are known."""

from __future__ import annotations

BUILD_FILES = ("Dockerfile.build", "Dockerfile.builder", "build.Dockerfile")
RUNTIME_FILES = ("Dockerfile.runtime", "Dockerfile.run", "runtime.Dockerfile")
MULTI_FILE = "Dockerfile"
