"""The rules BPK11x: what can be wrong with a binary and its libraries."""

from __future__ import annotations

from bpkit.findings import Rule

_HELLO = "echo 'int main(void){return 0;}' | gcc -x c - -o /app"

OTHER_MACHINE = Rule(
    id="BPK111",
    severity="error",
    title="The program is for another machine than the image",
    why="The image says which platform it is for; its program was compiled for another one. It "
    "starts where an emulator is registered with the kernel (binfmt_misc), and nowhere else.",
    says="exec format error",
    failing="FROM golang:latest AS build\n"
    "RUN printf 'package main\\nfunc main() {}\\n' > main.go"
    " && GOARCH=s390x go build -o /app main.go\n"
    'FROM scratch\nCOPY --from=build /app /app\nCMD ["/app"]\n',
    passing="FROM golang:latest AS build\n"
    "RUN printf 'package main\\nfunc main() {}\\n' > main.go && go build -o /app main.go\n"
    'FROM scratch\nCOPY --from=build /app /app\nCMD ["/app"]\n',
)
NO_LOADER = Rule(
    id="BPK112",
    severity="error",
    title="The program's dynamic loader is not in the image",
    why="A dynamic program names the loader that the kernel is to start in its place: "
    "`/lib64/ld-linux-x86-64.so.2` of glibc, `/lib/ld-musl-x86_64.so.1` of musl. A program from a "
    "Debian stage finds none in `scratch` or Alpine. The kernel then reports the program as "
    "missing.",
    says="no such file or directory",
    failing=f"FROM gcc:latest AS build\nRUN {_HELLO}\n"
    'FROM alpine:latest\nCOPY --from=build /app /app\nCMD ["/app"]\n',
    passing=f"FROM gcc:latest AS build\nRUN {_HELLO} -static\n"
    'FROM alpine:latest\nCOPY --from=build /app /app\nCMD ["/app"]\n',
)
NO_LIBRARY = Rule(
    id="BPK113",
    severity="error",
    title="A library that the program is linked with is not in the image",
    why="The loader looks in the directories of RPATH or RUNPATH, of LD_LIBRARY_PATH, in "
    "/etc/ld.so.cache (not in ld.so.conf: that is read by ldconfig alone) and in its own "
    "directories, and takes only files of its class and machine.",
    says="error while loading shared libraries|Error loading shared library",
    failing="FROM gcc:latest AS build\n"
    "RUN echo 'int main(){return 0;}' | g++ -x c++ - -Wl,--no-as-needed -o /app\n"
    "FROM debian:bookworm-slim\nRUN rm -f /usr/lib/*/libstdc++.so.6*\n"
    'COPY --from=build /app /app\nCMD ["/app"]\n',
    passing="FROM gcc:latest AS build\n"
    "RUN echo 'int main(){return 0;}' | g++ -x c++ - -static-libstdc++ -static-libgcc -o /app\n"
    "FROM debian:bookworm-slim\nRUN rm -f /usr/lib/*/libstdc++.so.6*\n"
    'COPY --from=build /app /app\nCMD ["/app"]\n',
)
OLD_LIBRARY = Rule(
    id="BPK114",
    severity="error",
    title="A library in the image is older than the one the program was linked with",
    why="Symbols of glibc, libstdc++ and others carry versions. A program that was linked on a "
    "newer system wants versions (`GLIBC_2.38`, `GLIBCXX_3.4.31`) that an older library does not "
    "offer; the loader refuses it.",
    says="version .* not found",
    failing="FROM gcc:latest AS build\n"
    "RUN echo 'V_2 { global: f; };' > /map && echo 'int f(void){return 0;}' > /f.c"
    " && gcc -shared -fPIC /f.c -o /new.so -Wl,-soname,libf.so,--version-script,/map"
    " && sed -i s/V_2/V_1/ /map"
    " && gcc -shared -fPIC /f.c -o /libf.so -Wl,-soname,libf.so,--version-script,/map"
    " && echo 'int f(void); int main(void){return f();}' > /m.c && gcc /m.c /new.so -o /app\n"
    "FROM debian:bookworm-slim\nCOPY --from=build /libf.so /usr/lib/\n"
    'COPY --from=build /app /app\nCMD ["/app"]\n',
    passing="FROM gcc:latest AS build\n"
    "RUN echo 'V_2 { global: f; };' > /map && echo 'int f(void){return 0;}' > /f.c"
    " && gcc -shared -fPIC /f.c -o /libf.so -Wl,-soname,libf.so,--version-script,/map"
    " && echo 'int f(void); int main(void){return f();}' > /m.c && gcc /m.c /libf.so -o /app\n"
    "FROM debian:bookworm-slim\nCOPY --from=build /libf.so /usr/lib/\n"
    'COPY --from=build /app /app\nCMD ["/app"]\n',
)
NO_PROGRAM = Rule(
    id="BPK115",
    severity="error",
    title="The file is no program",
    why="The kernel starts ELF executables, and scripts that begin with `#!` in their first two "
    "bytes. A script without that line runs from a shell, but not as ENTRYPOINT or CMD; an "
    "archive, an object file, a class or source file does not run at all. `go build` of a package "
    "that is not `main` makes an archive.",
    says="exec format error",
    failing="FROM alpine:latest\nRUN echo 'echo hi' > /start && chmod +x /start\n"
    'CMD ["/start"]\n',
    passing="FROM alpine:latest\nRUN printf '#!/bin/sh\\necho hi\\n' > /start"
    ' && chmod +x /start\nCMD ["/start"]\n',
)
UNSTARTABLE_ARTIFACT = Rule(
    id="BPK116",
    severity="warning",
    title="An artifact that is not the image's command could not be started",
    why="It was carried into the image, and its loader, a library or a symbol version is missing "
    "there. The image's command starts all the same, until it starts or opens this file.",
    failing=f"FROM gcc:latest AS build\nRUN {_HELLO}\n"
    'FROM alpine:latest\nCOPY --from=build /app /app\nCMD ["true"]\n',
    passing=f"FROM gcc:latest AS build\nRUN {_HELLO} -static\n"
    'FROM alpine:latest\nCOPY --from=build /app /app\nCMD ["true"]\n',
)
NO_PRELOAD = Rule(
    id="BPK117",
    severity="warning",
    title="A library that LD_PRELOAD names is not in the image",
    why="The loader complains and goes on without it: the allocator or the shim that it was to "
    "bring is not in use.",
    failing='FROM debian:bookworm-slim\nENV LD_PRELOAD=libjemalloc.so.2\nCMD ["true"]\n',
    passing='FROM debian:bookworm-slim\nENV LD_PRELOAD=libm.so.6\nCMD ["true"]\n',
)

RULES = (
    OTHER_MACHINE,
    NO_LOADER,
    NO_LIBRARY,
    OLD_LIBRARY,
    NO_PROGRAM,
    UNSTARTABLE_ARTIFACT,
    NO_PRELOAD,
)
