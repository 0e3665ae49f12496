#!/usr/bin/env bash
# page.sh - the pages of --report in a real browser: drawn whole, light and dark, wide and narrow.
# KEEP=dir keeps the pictures.
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
look() { timeout 60 "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars "${@:2}" "file://$work/$1.html" 2>/dev/null; }
# picture PAGE NAME SIZE OPTION...
picture() { look "$1" --window-size="$3" --screenshot="$1-$2.png" "${@:4}" >/dev/null; [ -s "$1-$2.png" ]; }
# bars PAGE N CLASS: so many bars with an outcome of that class.
bars() { [ "$(grep -o "<i class=\"\($3\)\" style=\"left" "$1.dom" | wc -l)" = "$2" ]; }
pictures() {
  row "$1: light" picture "$1" light 1000,1200
  row "$1: dark" picture "$1" dark 1000,1200 --force-dark-mode --blink-settings=preferredColorScheme=0
  row "$1: narrow" picture "$1" narrow 400,1200
  cmp -s "$1-light.png" "$1-dark.png" && same=same || same=different
  row "$1: dark is another picture" [ "$same" = different ]
}

seq 40 | gf-pool -q -j4 --report pool.html --retries 1 --retry-on 7 -t 300ms -s '
  sleep 0.0$(($1 % 7)); case $1 in *3) echo "<b>no & way</b>" >&2; exit 1 ;; 9) sleep 5 ;; *7) test $GF_ATTEMPT = 2 || exit 7 ;; esac' 2>/dev/null
look pool --dump-dom >pool.dom
row 'pool: every attempt is drawn' bars pool 44 'ok\|failed\|late\|again'
row 'pool: what a job printed is text' grep -q '&lt;b&gt;no &amp; way&lt;/b&gt;' pool.dom
pictures pool

if [ -x "$ROOT/build/bin/gf-fetch" ]; then
  python3 "$ROOT/tests/cli/aid/origin.py" "$work" http other >ports &
  for ((i = 0; i < 500; i++)); do
    [ ! -s ports ] || break
    sleep 0.02
  done
  read -r http other <ports
  http=http://127.0.0.1:${http#*=} other=http://127.0.0.1:${other#*=}
  {
    for ((i = 0; i < 30; i++)); do printf '%s\n' "$http/late/$((i * 9))" "$other/late/$((i * 3))"; done
    printf '%s\n' "$http/status/404?<b>no&way</b>" "$http/fail/1/503/page" "{\"url\":\"$http/never\",\"max_time\":0.5}" 'no URL'
  } >in
  gf-fetch -q -j12 --retries 1 --format none --report fetch.html -a in
  kill $!
  look fetch --dump-dom >fetch.dom
  row 'fetch: every request is drawn' bars fetch 65 'ok\|failed\|late\|again'
  row 'fetch: a URL is text' grep -q '?&lt;b&gt;no&amp;way&lt;/b&gt;' fetch.dom
  row 'fetch: two hosts have a lane' [ "$(grep -o '<li style' fetch.dom | wc -l)" = 2 ]
  pictures fetch
fi
[ -z "${KEEP:-}" ] || cp ./*.png "$KEEP"
exit $bad
