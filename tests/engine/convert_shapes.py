"""Projects of the builder pattern in the shapes that people really write, cheap to build.

Each is a script with its files. ``IMAGE`` stands for a name of the test's own wherever images or
containers are called; no test runs the scripts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Shape:
    """``files`` by path, the script among them; ``args`` are build arguments for the way back.

    ``buildkit`` says that only BuildKit knows its syntax; ``marks`` are words that the Dockerfile
    it becomes must have in it.
    """

    files: Mapping[str, str]
    marks: tuple[str, ...] = ()
    args: tuple[tuple[str, str | None], ...] = ()
    buildkit: bool = False
    script: str = "build.sh"
    git: tuple[str, ...] = field(default=())


COMPILED = Shape(
    {
        "hello.c": '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n',
        "Dockerfile.build": (
            "# The compiler stays here.\nFROM gcc:12\nWORKDIR /src\nCOPY hello.c .\n"
            "RUN gcc -static -o hello hello.c\n"
        ),
        "Dockerfile": 'FROM busybox\nWORKDIR /app\nCOPY hello .\nCMD ["./hello"]\n',
        "build.sh": (
            "#!/bin/sh\nset -e\ndocker build -t IMAGE:build -f Dockerfile.build .\n"
            "docker create --name IMAGE-extract IMAGE:build\n"
            "docker cp IMAGE-extract:/src/hello ./hello\ndocker rm -f IMAGE-extract\n"
            "docker build --no-cache -t IMAGE:latest .\nrm ./hello\n"
        ),
    },
    ("COPY --from=build /src/hello .", "# The compiler stays here."),
)

DIRECTORY = Shape(
    {
        "Dockerfile.build": (
            "FROM busybox\nRUN mkdir -p /site/css && echo '<p>' >/site/index.html"
            " && echo 'p{}' >/site/css/p.css && touch /site/empty\n"
        ),
        "Dockerfile.runtime": "FROM busybox\nCOPY site /www\nEXPOSE 80\nLABEL a=b\n",
        "build.sh": (
            "docker build -t IMAGE-builder -f Dockerfile.build .\n"
            "ID=$(docker create IMAGE-builder)\ndocker cp $ID:/site ./site\n"
            "docker rm $ID\ndocker build -t IMAGE -f Dockerfile.runtime .\n"
        ),
    },
    ("COPY --from=builder /site /www",),
)

CONTENTS = Shape(
    {
        "Dockerfile.build": (
            "FROM busybox\nRUN mkdir -p /out/a/b && echo 1 >/out/one && echo 2 >/out/a/b/two\n"
        ),
        "run/Dockerfile": "FROM busybox\nCOPY dist/ /opt/\nCOPY start.sh /start.sh\nUSER 1000\n",
        "run/start.sh": "#!/bin/sh\necho started\n",
        "build.sh": (
            "#!/bin/bash\ncd $(dirname $0)\ndocker build -t IMAGE-build -f Dockerfile.build .\n"
            "docker run --name IMAGE-c IMAGE-build true\nmkdir -p run/dist\n"
            "docker container cp IMAGE-c:/out/. run/dist && docker container rm IMAGE-c\n"
            "sudo docker build -t IMAGE run\n"
        ),
    },
    ("COPY --from=build /out /opt/", "COPY run/start.sh /start.sh"),
)

TWO_BUILDERS = Shape(
    {
        "Dockerfile.front": "FROM busybox\nCOPY page /page\nRUN cp /page /front.html\n",
        "Dockerfile.back": "FROM busybox\nRUN echo back >/back.bin && chmod 755 /back.bin\n",
        "Dockerfile": (
            'FROM busybox\nCOPY front.html back.bin extra /srv/\nENTRYPOINT ["/srv/back.bin"]\n'
        ),
        "page": "page\n",
        "extra": "extra\n",
        "build.sh": (
            "set -eu\ndocker build -q -t IMAGE-front -f Dockerfile.front .\n"
            "docker build -q -t IMAGE-back -f Dockerfile.back .\n"
            "docker create --name IMAGE-f IMAGE-front\ndocker create --name IMAGE-b IMAGE-back\n"
            "docker cp IMAGE-f:/front.html .\ndocker cp IMAGE-b:/back.bin .\n"
            "docker rm IMAGE-f IMAGE-b\ndocker build -t IMAGE .\n"
        ),
    },
    ("COPY --from=front", "COPY --from=back", "COPY extra /srv/"),
)

TWO_IMAGES = Shape(
    {
        "Dockerfile.build": "FROM busybox\nRUN echo api >/api && echo web >/web\n",
        "Dockerfile.api": (
            'FROM busybox\nCOPY api /usr/local/bin/\nCMD ["cat", "/usr/local/bin/api"]\n'
        ),
        "Dockerfile.web": "FROM busybox\nCOPY web /usr/local/bin/\nSTOPSIGNAL SIGINT\n",
        "build.sh": (
            "docker build -t IMAGE-build -f Dockerfile.build .\n"
            "docker create --name IMAGE-c IMAGE-build\n"
            "for what in api web; do docker cp IMAGE-c:/$what $what; done\n"
            "docker rm -f IMAGE-c\n"
            "docker build -t IMAGE-api -f Dockerfile.api .\n"
            "docker build -t IMAGE-web -f Dockerfile.web .\n"
        ),
    },
    ("FROM busybox AS api",),
)

RENAMED = Shape(
    {
        "Dockerfile.build": "FROM busybox\nWORKDIR /go\nRUN echo 'echo x' >bin && chmod 750 bin\n",
        "Dockerfile": (
            "FROM busybox\nWORKDIR /app\nCOPY gateway ./\nCOPY gateway /other\n"
            'ENTRYPOINT ["sh", "./gateway"]\n'
        ),
        "build.sh": (
            "docker build -t IMAGE:builder -f Dockerfile.build .\n"
            "docker create --name IMAGE-c IMAGE:builder && docker cp IMAGE-c:/go/bin ./gateway\n"
            "docker rm -f IMAGE-c\ndocker build -t IMAGE:dev .\n"
        ),
    },
    ("AS builder",),
)

LINKS = Shape(
    {
        "Dockerfile.build": (
            "FROM busybox\nRUN mkdir -p /lib64/v1 && echo lib >/lib64/v1/lib.so"
            " && ln -s v1 /lib64/current && ln -s current/lib.so /lib64/lib.so"
            " && ln -s /nowhere /lib64/dangling && ln /lib64/v1/lib.so /lib64/v1/same.so\n"
        ),
        "Dockerfile": "FROM busybox\nCOPY libs /usr/lib/app/\n",
        "build.sh": (
            "docker build -t IMAGE-build -f Dockerfile.build .\n"
            "docker run -d --name IMAGE-c IMAGE-build sleep 1000\ndocker cp IMAGE-c:/lib64 libs\n"
            "docker rm -f IMAGE-c\ndocker build -t IMAGE .\n"
        ),
    },
)

MODES = Shape(
    {
        "Dockerfile.build": (
            "FROM busybox\nRUN mkdir /d && echo a >/d/a && echo s >/d/s && chmod 4755 /d/s"
            " && mkdir /d/closed && chmod 700 /d/closed && chmod 1777 /d\n"
        ),
        "Dockerfile": "FROM busybox\nCOPY d /d\nCOPY --chown=1000:1001 d/a /owned\nVOLUME /d\n",
        "build.sh": (
            "docker build -t IMAGE-build -f Dockerfile.build .\n"
            "docker create --name IMAGE-c IMAGE-build\ndocker cp IMAGE-c:/d d\n"
            "docker rm IMAGE-c\ndocker build -t IMAGE .\n"
        ),
    },
    ("COPY --from=build --chown=1000:1001 /d/a /owned",),
)

OWNERS = Shape(
    {
        "Dockerfile.build": (
            "FROM busybox\nRUN mkdir /d && echo a >/d/a && chown -R 1000:1001 /d && mkdir /d/e\n"
            "USER 1000\nRUN echo b >/tmp/b\n"
        ),
        "Dockerfile": "FROM busybox\nCOPY d /d\nCOPY b /b\n",
        "build.sh": (
            "docker build -t IMAGE-build -f Dockerfile.build .\n"
            "docker create --name IMAGE-c IMAGE-build\ndocker cp IMAGE-c:/d d\n"
            "docker cp IMAGE-c:/tmp/b b\ndocker rm IMAGE-c\ndocker build -t IMAGE .\n"
        ),
    },
    ("--chown=0:0",),
)

ARGUMENT = Shape(
    {
        "Dockerfile.build": (
            "ARG BASE=latest\nFROM busybox:${BASE}\nARG VERSION=0\nRUN echo $VERSION >/version\n"
        ),
        "Dockerfile": (
            "FROM busybox\nARG VERSION=0\nCOPY version /version\nENV V=$VERSION\n"
            "LABEL version=$VERSION\n"
        ),
        "build.sh": (
            "VERSION=${1:-1.2}\n"
            "docker build --build-arg VERSION=$VERSION -t IMAGE-build -f Dockerfile.build .\n"
            "docker create --name IMAGE-c IMAGE-build\ndocker cp IMAGE-c:/version version\n"
            "docker rm IMAGE-c\ndocker build --build-arg VERSION=$VERSION -t IMAGE:$VERSION .\n"
        ),
    },
    ("ARG VERSION=0",),
    args=(("VERSION", "1.2"),),
)

HEREDOC = Shape(
    {
        "Dockerfile.build": (
            "FROM busybox\nRUN <<EOF\nset -e\n# not a comment\n"
            "echo one >/made\nEOF\nCOPY <<-'CONF' /conf\n\t$HOME\n\tCONF\n"
        ),
        "Dockerfile": "FROM busybox\nCOPY made conf /etc/app/\n",
        "build.sh": (
            "docker build -t IMAGE-build -f Dockerfile.build .\n"
            "docker create --name IMAGE-c IMAGE-build\n"
            "docker cp IMAGE-c:/made . && docker cp IMAGE-c:/conf .\n"
            "docker rm IMAGE-c\ndocker build -t IMAGE .\n"
        ),
    },
    ("# not a comment", "COPY --from=build /made /conf /etc/app/"),
    buildkit=True,
)

LINKED = Shape(
    {
        "base/Dockerfile": "FROM busybox\nENV TOOLS=1\nRUN echo tool >/tool\n",
        "Dockerfile.build": "FROM IMAGE-base\nRUN cp /tool /built && echo $TOOLS >>/built\n",
        "Dockerfile": "FROM IMAGE-base\nCOPY built /built\n",
        "build.sh": (
            "docker build -t IMAGE-base base\n"
            "docker build -t IMAGE-build -f Dockerfile.build .\n"
            "docker create --name IMAGE-c IMAGE-build\ndocker cp IMAGE-c:/built built\n"
            "docker rm IMAGE-c\ndocker build -t IMAGE .\n"
        ),
    },
    ("FROM base AS build", "FROM base\n"),
)

COMPILE_IN_RUN = Shape(
    {
        "src/part": "part\n",
        "Dockerfile.build": (
            "FROM busybox\nWORKDIR /w\nCOPY src src\n"
            'CMD ["sh", "-c", "cat src/part src/part >/w/whole"]\n'
        ),
        "Dockerfile": "FROM busybox\nCOPY out/whole /whole\n",
        "build.sh": (
            "docker build -t IMAGE-build -f Dockerfile.build .\n"
            "docker run --name IMAGE-c IMAGE-build\nmkdir -p out\n"
            "docker cp IMAGE-c:/w/whole out/\nchmod 755 out/whole\n"
            "docker rm IMAGE-c\ndocker build -t IMAGE .\nrm -rf out\n"
        ),
    },
    ("RUN", "RUN chmod 755 /w/whole"),
)

WHOLE_CONTEXT = Shape(
    {
        "app.js": "app\n",
        "lib/util.js": "util\n",
        ".dockerignore": "Dockerfile*\nbuild.sh\nsetup_builder_pattern.sh\n.dockerignore\n",
        "Dockerfile.build": "FROM busybox\nRUN mkdir -p /m/x && echo m >/m/x/m.js\n",
        "Dockerfile": "FROM busybox\nWORKDIR /srv\nCOPY . .\nHEALTHCHECK CMD true\n",
        "build.sh": (
            "docker build -t IMAGE-build -f Dockerfile.build .\n"
            "docker create --name IMAGE-c IMAGE-build\ndocker cp IMAGE-c:/m node_modules\n"
            "docker rm IMAGE-c\ndocker build -t IMAGE .\n"
        ),
    },
    ("COPY . .", "COPY --from=build /m ./node_modules"),
)

MAKEFILE = Shape(
    {
        "Dockerfile.build": "FROM busybox\nRUN mkdir /out && echo a >/out/a && echo b >/out/b\n",
        "Dockerfile.run": "FROM busybox\nADD a b /x/\n",
        "Makefile": (
            "NAME ?= IMAGE\n\nall: image\n\nbuilder:\n"
            "\t@docker build -t $(NAME)-build -f Dockerfile.build .\n\n"
            "image: builder\n\tdocker run --rm $(NAME)-build tar c -C /out . | tar x -C ctx\n"
            "\tcp Dockerfile.run ctx/Dockerfile\n\tdocker build -t $(NAME) ctx\n"
        ),
    },
    ("COPY --from=build",),
    script="Makefile",
)

ARCHIVES = Shape(
    {
        "Dockerfile.build": (
            "FROM busybox\nRUN mkdir -p /site/css /out/lib && echo '<p>' >/site/index.html"
            " && echo 'p{}' >/site/css/p.css && chmod 600 /site/css/p.css"
            " && ln -s css/p.css /site/p"
            " && echo x >/out/x && echo lib >/out/lib/y && echo 1.0 >/version\n"
        ),
        "Dockerfile": (
            "FROM busybox\nWORKDIR /www\n# The pages.\nADD site.tar .\nADD out.tar /opt/out\n"
            "ADD version.tar /etc\n"
        ),
        "build.sh": (
            "docker build -t IMAGE-build -f Dockerfile.build .\n"
            "docker create --name IMAGE-c IMAGE-build\n"
            "docker cp IMAGE-c:/site - > site.tar\ndocker cp IMAGE-c:/version - >version.tar\n"
            "docker rm IMAGE-c\ndocker run --rm IMAGE-build tar c -C /out . > out.tar\n"
            "docker build -t IMAGE .\nrm -f site.tar out.tar version.tar\n"
        ),
    },
    (
        "# The pages.\nCOPY --from=build /site ./site\n",
        "COPY --from=build /out /opt/out\n",
        "COPY --from=build /version /etc/version\n",
    ),
)

SHAPES = {
    "a compiled program": COMPILED,
    "a directory of artifacts": DIRECTORY,
    "the contents of a directory, in a separate context": CONTENTS,
    "two builders for one image": TWO_BUILDERS,
    "one builder for two images": TWO_IMAGES,
    "a rename": RENAMED,
    "symbolic links": LINKS,
    "file modes": MODES,
    "file owners": OWNERS,
    "an ARG from the command line": ARGUMENT,
    "a heredoc": HEREDOC,
    "Dockerfiles linked by tags": LINKED,
    "a compile in docker run": COMPILE_IN_RUN,
    "the whole context": WHOLE_CONTEXT,
    "a Makefile with tar": MAKEFILE,
    "archives for ADD": ARCHIVES,
}
