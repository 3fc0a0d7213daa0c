#!/bin/bash
# Makes the cluster where there is none, and starts the server as the user postgres.
set -euo pipefail
mkdir -p "$PGDATA" && chown postgres:postgres "$PGDATA" && chmod 700 "$PGDATA"
as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    as_postgres initdb --auth=trust --no-instructions -D "$PGDATA" >/dev/null
    echo "listen_addresses = '*'" >> "$PGDATA/postgresql.conf"
    as_postgres pg_ctl -D "$PGDATA" -w start -o "-c listen_addresses=" >/dev/null
    for file in /docker-entrypoint-initdb.d/*; do
        case "$file" in
            *.sql) as_postgres psql -q -v ON_ERROR_STOP=1 -f "$file" ;;
            *.sh) as_postgres bash "$file" ;;
        esac
    done
    as_postgres pg_ctl -D "$PGDATA" -m fast -w stop >/dev/null
fi
exec setpriv --reuid=postgres --regid=postgres --init-groups "$@"
