#!/usr/bin/env bash
# run.sh - the main job on a real list, twice: once with a curl for each URL, and once with gf-fetch, which keeps its
# connections:
#
#   cat URLS | gf-ratelimit RATE | gf-pool -jJOBS curl
#   cat URLS | gf-fetch -jJOBS --rate RATE
#
# URLS is a file with one URL a line. Without it, texts of this repository are fetched from a server on
# loopback (demo/server.py), which works without a network. Where gf-fetch is not built (NET=no) the
# second half is left out.
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
bin=${GF_BIN:-$here/build/bin}
rate=${RATE:-10/s}
jobs=${JOBS:-8}

list=$(mktemp) || exit 125
server=
trap 'rm -f "$list"; [ -z "$server" ] || kill "$server"' EXIT

if [ -n "${URLS:-}" ]; then
  cat -- "$URLS" >"$list" || exit 125
else
  exec 8< <(exec python3 "$here/tests/demo/server.py" "$here")
  server=$!
  read -r -u 8 base || exit 125
  for file in "$here"/*.md "$here"/LICENSE "$here"/man/*.? "$here"/lib/base/*.h; do
    if [ -f "$file" ]; then printf '%s/%s\n' "$base" "${file#"$here"/}"; fi
  done | head -n 30 >"$list"
fi

# timed NAME COMMAND...: runs it on the list; its time on standard error.
timed() {
  local name=$1 start status=0
  shift
  start=$(date +%s%N)
  "$@" <"$list" || status=$?
  awk -v ns=$(($(date +%s%N) - start)) -v name="$name" \
    'BEGIN { printf "%s: %.2f s\n", name, ns / 1e9 }' >&2
  return "$status"
}

with_curl() {
  "$bin/gf-ratelimit" "$rate" |
    "$bin/gf-pool" -j"$jobs" --progress=always --stats \
      curl -fsS --max-time 60 -o /dev/null -w '%{size_download} bytes  %{url_effective}\n' --
  local statuses=("${PIPESTATUS[@]}")
  [ "${statuses[0]}" -eq 0 ] || return "${statuses[0]}"
  return "${statuses[1]}"
}

# Of each record what curl has told of its URL.
with_fetch() {
  "$bin/gf-fetch" -j"$jobs" --rate "$rate" --progress=always --stats --no-body |
    sed -n 's/.*"url":"\([^"]*\)".*"ok":true.*"bytes":\([0-9]*\),.*/\2 bytes  \1/p'
  return "${PIPESTATUS[0]}"
}

echo "fetching $(grep -c '' "$list") URLs, $rate, $jobs at once:" >&2
echo "  gf-ratelimit $rate <urls | gf-pool -j$jobs --progress=always --stats curl ..." >&2
status=0
timed 'gf-pool and curl' with_curl || status=$?
[ -x "$bin/gf-fetch" ] || exit "$status"
echo "  gf-fetch -j$jobs --rate $rate --progress=always --stats --no-body <urls" >&2
timed gf-fetch with_fetch || status=$?
exit "$status"
