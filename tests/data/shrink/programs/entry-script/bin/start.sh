#!/bin/sh
set -eu
. /usr/local/bin/functions.sh
here=$(dirname "$(readlink -f "$0")")
for part in "$here"/start.d/*.sh; do
    . "$part"
done
case "${1:-serve}" in
    serve) exec python3 -u serve.py --config "$CONFIG" ;;
    show) cat "$CONFIG" ;;
    count) grep -c . "$CONFIG" | awk '{ print $1 * 2 }' ;;
    sum) sha256sum < "$CONFIG" | cut -c1-8 ;;
    sort) seq 3 -1 1 | sort -n | xargs echo | rev 2>/dev/null || echo reversed ;;
    *) exec "$@" ;;
esac
