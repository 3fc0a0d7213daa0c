"""BPK203: perhaps built for another libc than it runs on."""

from bpkit.verbs.lint.rules import perhaps_other_libc
from tests.verbs.lint.spec import GO_STAGE, TO_ALPINE, TO_SCRATCH, check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    perhaps_other_libc.RULE,
    fails=(
        "FROM gcc:12-bookworm AS b // WORKDIR /src // RUN make server // FROM scratch"
        " // COPY --from=b /src/server /server",
        f"{GO_STAGE} // RUN go build -o /app // {TO_ALPINE}",
        f"{GO_STAGE} // RUN go build -o /app // {TO_SCRATCH}",
        f"{GO_STAGE} // ENV CGO_ENABLED=1 // RUN go build -o /app // {TO_SCRATCH}",
        f"{GO_STAGE} // RUN CGO_ENABLED=1 go install ./... // FROM alpine:3.22"
        " // COPY --from=b /go/bin/app /app",
        "FROM golang:1.22-alpine AS b // RUN apk add --no-cache gcc musl-dev"
        f" // RUN go build -o /app // {TO_SCRATCH}",
        "FROM debian:12 AS b // RUN make && make install // FROM alpine:3.22"
        " // COPY --from=b /usr/local/bin/app /app",
        f"{GO_STAGE} // ENV CGO_ENABLED=1 // RUN CGO_ENABLED=${{CGO_ENABLED}} go build -o /app"
        f" // {TO_SCRATCH}",
    ),
    passes=(
        "FROM gcc:12-bookworm AS b // WORKDIR /src // RUN make all docs // FROM scratch"
        " // COPY --from=b /src/site /site",
        f"{GO_STAGE} // ARG CGO=0 // RUN CGO_ENABLED=$CGO go build -o /app // {TO_ALPINE}",
        f"{GO_STAGE} // RUN CGO_ENABLED=$(cat cgo) go build -o /app // {TO_ALPINE}",
        f"{GO_STAGE} // RUN go env -w CGO_ENABLED=0 // RUN go build -o /app // {TO_ALPINE}",
        f"{GO_STAGE} // RUN go build -o /app && ldd /app > libs // {TO_ALPINE}",
        f"{GO_STAGE} // RUN go build -o /app // {TO_ALPINE} // RUN apk add --no-cache gcompat",
        f"{GO_STAGE} // RUN go build -o /app // FROM frolvlad/alpine-glibc // COPY --from=b /app /",
        f"{GO_STAGE} // RUN go build -o /x/app && tar cf /app.tar /x // FROM alpine:3.22"
        " // COPY --from=b /app.tar /",
        f"FROM debian:12 AS b // RUN make && make install // {TO_ALPINE}",
        f"{GO_STAGE} // RUN CGO_ENABLED=0 go build -o /app // {TO_ALPINE}",
        f"{GO_STAGE} // ENV CGO_ENABLED=0 // RUN go build -o /app // {TO_SCRATCH}",
        f"{GO_STAGE} // ARG CGO_ENABLED=0 // RUN go build -o /app // {TO_SCRATCH}",
        f"{GO_STAGE} // RUN export CGO_ENABLED=0 && go build -o /app // {TO_SCRATCH}",
        f"{GO_STAGE} // RUN go build -ldflags '-linkmode external -extldflags -static' -o /app"
        f" // {TO_SCRATCH}",
        f"FROM golang:1.22-alpine AS b // RUN go build -o /app // {TO_SCRATCH}",
        f"{GO_STAGE} // RUN go build -o /app // FROM debian:12-slim // COPY --from=b /app /app",
        f"{GO_STAGE} // RUN go build -o /app // FROM alpine:3.22"
        " // COPY --from=b /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/",
        f"{GO_STAGE} // RUN go test ./... && go mod download // {TO_ALPINE}",
        f"FROM debian:12 AS b // RUN make LDFLAGS=-static // {TO_ALPINE}",
        f"{GO_STAGE} // RUN make // {TO_ALPINE}",
    ),
)
