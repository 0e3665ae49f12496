#!/usr/bin/env bash
# cron.sh - gf-cron beside croner and cron-parser (npm) and systemd-analyze calendar, where they can
# do the same, and its own goals. The packages are fetched by npm where that is possible.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

# goal NAME FIGURE GOAL: a figure without a peer.
goal() { echo "$1: ours $2 (goal $3)"; }

# ---- next firings ----

# What all of them read alike.
mixed='* * * * *
*/15 9-17 * * 1-5
30 2 * * *
0 */6 * * *
0 0 1 * *
15 10 * 3,9 *
0 12 * * 0
5,35 8-20 * * *
0 0 29 2 *
45 23 L * *'

# ours COUNT: of each of them, one after another; firings a second.
ours() {
  local t0 expr
  t0=$(now)
  while IFS= read -r expr; do
    gf-cron next --tz America/New_York --from 2026-01-01T00:00:00Z -n "$1" --format epoch "$expr" >/dev/null
  done <<<"$mixed"
  awk -v n="$(($1 * 10))" -v ns=$(($(now) - t0)) 'BEGIN { printf "%.0f\n", n * 1e9 / ns }'
}
rate_of() { for _ in $(seq "$ROUNDS"); do "$@"; done | median; }

n=$((100000 / SCALE))
rate=$(rate_of ours "$n")
goal "$((n * 10)) next firings of mixed schedules, a process each of them" \
  "$(awk -v n=$((n * 10)) -v r="$rate" 'BEGIN { printf "%.3f s", n / r }')" 'under 2 s for 1,000,000'

npm_peers() {
  need node && need npm || return 1
  [ -d "$BENCH_DATA/npm/node_modules/croner" ] && [ -d "$BENCH_DATA/npm/node_modules/cron-parser" ] && return
  mkdir -p "$BENCH_DATA/npm" &&
    (cd "$BENCH_DATA/npm" && timeout 120 npm install --silent --no-audit --no-fund --prefix . croner cron-parser) \
      >/dev/null 2>&1 && return
  echo '(croner and cron-parser cannot be fetched: left out)'
  return 1
}
if npm_peers; then
  for peer in croner cron-parser; do
    its() { NODE_PATH=$BENCH_DATA/npm/node_modules node "$BENCH_ROOT/tests/bench/cron_peers.js" "$peer" 200 <<<"$mixed"; }
    theirs=$(rate_of its)
    echo "next firings of mixed schedules in a zone with DST: ours $rate/s, peer ($peer) $theirs/s," \
      "ratio $(ratio "$rate" "$theirs") (goal 500000/s)"
  done
fi
if need systemd-analyze; then
  pair '1,000 firings of one schedule' 'no slower' \
    "gf-cron next --tz UTC -n 1000 '30 2 * * *'" \
    systemd-analyze "systemd-analyze calendar --iterations=1000 '*-*-* 02:30:00 UTC'"
fi

# cpu CMD: processor time; what a busy machine adds to wall time would hide a millisecond.
cpu() {
  rm -f "$BENCH_DIR/cpu.m"
  for _ in $(seq $((ROUNDS * 3))); do measured cpu "$1"; done
  of cpu 2
}
start=$(cpu 'gf-cron --version; true')
for never in '0 0 30 2 *' '0 0 31 2,4,6,9,11 *' '* 2 * 3 SUNL' '0 0 29 2 MON#5'; do
  took=$(cpu "gf-cron next --tz Europe/Berlin '$never'; true")
  goal "'$never', one answer, processor time, less that of the start of a process" \
    "$(ms $((took > start ? took - start : 0)))" '2 ms'
done

# ---- tables ----

for i in $(seq 10000); do
  echo "*/5 * * * * GF_ID=job$i command-$i with words"
done >"$BENCH_DIR/table"
measured load "gf-cron next --table $BENCH_DIR/table"
goal '10,000 entries loaded' "$(ms "$(of load 1)"), $(mebibytes "$(of load 3)")" 'under 100 ms, under 20 MiB'

# ---- starts ----

# lateness SECONDS: how many ms after its second a job of every second has begun, its shell and
# date included.
lateness() {
  # shellcheck disable=SC2016 # the shell of the job expands it
  timeout -s TERM "$1" gf-cron run -q -S "$BENCH_DIR/state.db" \
    -e '* * * * * *' -- sh -c "date +%s%N >>$BENCH_DIR/stamps"
  awk '{ printf "%.2f\n", substr($1, length($1) - 8) / 1e6 }' "$BENCH_DIR/stamps" | sort -n
}
seconds=$((60 / (SCALE > 4 ? 4 : SCALE)))
lateness "$seconds" >"$BENCH_DIR/late"
goal "start of a due job, $(wc -l <"$BENCH_DIR/late") starts, state kept, two shells and date included" \
  "p50 $(awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }' "$BENCH_DIR/late") ms, p99 $(awk '{ v[NR] = $1 } END { print v[int(NR * .99 + .5)] }' "$BENCH_DIR/late") ms" \
  'p99 within 5 ms, on an idle machine'
