#!/usr/bin/env bash
# run.sh - the main job on a real list: cat URLS | gf-ratelimit RATE | gf-pool -jJOBS curl
#
# URLS is a file with one URL a line; without it, file:// URLs of texts in this repository and on
# this system are fetched, which works without a network.
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
bin=${GF_BIN:-$here/build/bin}
rate=${RATE:-10/s}
jobs=${JOBS:-8}

list=$(mktemp) || exit 125
trap 'rm -f "$list"' EXIT

if [ -n "${URLS:-}" ]; then
  cat -- "$URLS" >"$list" || exit 125
else
  for file in "$here"/*.md "$here"/LICENSE "$here"/man/*.? "$here"/lib/base/*.h \
    /etc/os-release /usr/share/common-licenses/*; do
    [ -f "$file" ] && [ -r "$file" ] && printf 'file://%s\n' "$file"
  done | head -n 30 >"$list"
fi

echo "fetching $(grep -c '' "$list") URLs, $rate, $jobs at once:" >&2
echo "  gf-ratelimit $rate <urls | gf-pool -j$jobs --progress=always --stats curl ..." >&2
"$bin/gf-ratelimit" "$rate" <"$list" |
  "$bin/gf-pool" -j"$jobs" --progress=always --stats \
    curl -fsS --max-time 60 -o /dev/null -w '%{size_download} bytes  %{url_effective}\n' --
statuses=("${PIPESTATUS[@]}")
[ "${statuses[0]}" -eq 0 ] || exit "${statuses[0]}"
exit "${statuses[1]}"
