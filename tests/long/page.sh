#!/usr/bin/env bash
# page.sh - the page of gf-pool --report in a real browser: drawn whole, light and dark, wide and
# narrow. KEEP=dir keeps the pictures.
set -u
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$ROOT/build/bin:$PATH
export LC_ALL=C
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
  echo 'skip - no chromium here'
  exit 0
}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
bad=0

row() {
  local name=$1
  shift
  if "$@"; then echo "ok - $name"; else
    echo "not ok - $name"
    bad=1
  fi
}
look() { timeout 60 "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars "$@" "file://$work/r.html" 2>/dev/null; }
picture() { look --window-size="$2" --screenshot="$1.png" "${@:3}" >/dev/null; [ -s "$1.png" ]; }

seq 40 | gf-pool -q -j4 --report r.html --retries 1 --retry-on 7 -t 300ms -s '
  sleep 0.0$(($1 % 7)); case $1 in *3) echo "<b>no & way</b>" >&2; exit 1 ;; 9) sleep 5 ;; *7) test $GF_ATTEMPT = 2 || exit 7 ;; esac' 2>/dev/null
look --dump-dom >dom
row 'every attempt is drawn' [ "$(grep -o '<rect class="\(ok\|failed\|late\|again\)" x="[0-9.]*" y="[0-9]*" width="[0-9.]*" height="20"' dom | wc -l)" = 44 ]
row 'what a job printed is text' grep -q '&lt;b&gt;no &amp; way&lt;/b&gt;' dom
row 'light' picture light 1000,1200
row 'dark' picture dark 1000,1200 --force-dark-mode --blink-settings=preferredColorScheme=0
row 'narrow' picture narrow 400,1200
cmp -s light.png dark.png && same=same || same=different
row 'dark is another picture' [ "$same" = different ]
[ -z "${KEEP:-}" ] || cp ./*.png "$KEEP"
exit $bad
