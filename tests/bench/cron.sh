#!/usr/bin/env bash
# cron.sh - gf-cron beside systemd-analyze calendar, where both can do the same, and its own goals.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

# elapsed CMD...: wall nanoseconds, the median of ROUNDS.
elapsed() {
  for _ in $(seq "$ROUNDS"); do
    local t0
    t0=$(now)
    "$@" >/dev/null 2>&1
    echo $(($(now) - t0))
  done | median
}

n=$((1000000 / SCALE))
ours=$(elapsed gf-cron next --tz America/New_York -n "$n" '30 2 * * *')
echo "$n next firings in a zone with DST: ours $(seconds "$ours") (goal under 2 s for 1,000,000)"
ours=$(elapsed gf-cron next --tz America/New_York '0 0 30 2 *')
echo "a firing that never comes, with the start of the process: ours $(ms "$ours") (goal 2 ms)"
for i in $(seq 10000); do
  echo "*/5 * * * * GF_ID=job$i command-$i with words"
done >"$BENCH_DIR/table"
ours=$(elapsed gf-cron next --table "$BENCH_DIR/table")
echo "10,000 entries loaded: ours $(ms "$ours") (goal 100 ms)"
if need systemd-analyze; then
  pair '1,000 firings of one schedule' 'no slower' \
    "gf-cron next --tz UTC -n 1000 '30 2 * * *'" \
    systemd-analyze "systemd-analyze calendar --iterations=1000 '*-*-* 02:30:00 UTC'"
fi
