say() { printf '%s\n' "$*" >&2; }
render() { envsubst < "$1" > "$2"; }
