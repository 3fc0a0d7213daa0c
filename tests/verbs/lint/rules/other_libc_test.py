"""BPK202: built for another libc than it runs on."""

from bpkit.verbs.lint.rules import other_libc
from tests.verbs.lint.spec import (
    GCC_BUILD,
    GO_STAGE,
    RUST_STAGE,
    TO_ALPINE,
    TO_SCRATCH,
    check_cases,
)

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    other_libc.RULE,
    fails=(
        f"{GCC_BUILD} // {TO_ALPINE}",
        f"{GCC_BUILD} // {TO_SCRATCH}",
        f"{GCC_BUILD} // FROM gcr.io/distroless/static-debian12 // COPY --from=b /app /app",
        f"{GCC_BUILD} // FROM busybox:1.36-musl // COPY --from=b /app /app",
        "FROM alpine:3.22 AS b // RUN apk add gcc && gcc -o /app a.c"
        " // FROM debian:12-slim // COPY --from=b /app /app",
        f"{RUST_STAGE} // RUN cargo build --release // FROM alpine:3.22"
        " // COPY --from=b /src/target/release/app /app",
        f"{RUST_STAGE} // RUN rustc -o /app a.rs // {TO_SCRATCH}",
        "FROM debian:12 AS base // FROM base AS b // RUN cc -o /app a.c"
        " // FROM alpine:3.22 AS r"
        " // FROM r // COPY --from=b /app /app",
        "FROM gcc:13 AS b // WORKDIR /s // RUN cd x && g++ -o app a.cc // FROM scratch"
        " // COPY --from=b /s/x/app /app",
        "FROM gcc:13 AS b // RUN ['gcc', '-o', '/app', 'a.c']".replace("'", '"')
        + f" // {TO_SCRATCH}",
    ),
    passes=(
        f"FROM gcc:13 AS b // RUN gcc -static -o /app a.c // {TO_ALPINE}",
        f"FROM gcc:13 AS b // ENV LDFLAGS=-static // RUN cc $LDFLAGS -o /app a.c // {TO_ALPINE}",
        f"{GCC_BUILD} // FROM debian:12-slim // COPY --from=b /app /app",
        f"{GCC_BUILD} // FROM gcr.io/distroless/base-debian12 // COPY --from=b /app /app",
        f"{GCC_BUILD} // FROM example.com/base // COPY --from=b /app /app",
        f"{GCC_BUILD} // {TO_SCRATCH} // COPY --from=b /lib/x86_64-linux-gnu/libc.so.6 /lib/",
        f"{GCC_BUILD} // FROM scratch // COPY --from=b /rootfs/ /",
        f"{GCC_BUILD} // FROM alpine:3.22 // COPY --from=b /usr/share/zoneinfo /usr/share/zoneinfo",
        f"{GCC_BUILD} // FROM alpine:3.22 // COPY --from=b /other /other",
        f"{RUST_STAGE} // RUN cargo build // FROM alpine:3.22 // COPY --from=b /src/.env /src/",
        f"FROM gcc:13 AS b // RUN gcc -c a.c && gcc --version // {TO_ALPINE}",
        f"{RUST_STAGE} // RUN cargo build --target x86_64-unknown-linux-musl // {TO_SCRATCH}",
        f"{RUST_STAGE} // ENV RUSTFLAGS='-C target-feature=+crt-static' // RUN cargo build"
        f" // {TO_SCRATCH}",
        f"FROM rust:1.80-alpine AS b // RUN cargo build --release // {TO_SCRATCH}",
        f"{GO_STAGE} // RUN go build -o /app // {TO_ALPINE}",
        "FROM node:24 AS b // RUN npm run build // FROM nginx:1.27-alpine"
        " // COPY --from=b /src/dist /usr/share/nginx/html",
        "FROM gcc:13 // RUN gcc -o /app a.c",
    ),
)
