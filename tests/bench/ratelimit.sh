#!/usr/bin/env bash
# ratelimit.sh - gf-ratelimit beside pv and cat.
#
# Lateness is how far the 99th line in a hundred is from its time; it means something only on an
# idle machine.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
compile stamp
stamp=$BENCH_DATA/stamp

# paced LABEL COMMAND LINES RATE: ROUNDS runs; rows of stamp under LABEL.
paced() {
  seq "$3" | bash -c "$2" | "$stamp" "$4" >>"$BENCH_DIR/$1.p"
}
column() { awk -v c="$2" '{ print $c }' "$BENCH_DIR/$1.p" | median; }

pace() {
  local rate=$1 lines=$2 i
  rm -f "$BENCH_DIR"/*.p
  for ((i = 0; i < ROUNDS; i++)); do
    paced ours "gf-ratelimit $rate/s" "$lines" "$rate"
    need pv && paced peer "pv -q -l -L $rate" "$lines" "$rate"
  done
  [ -s "$BENCH_DIR/peer.p" ] || return
  echo "$rate/s, p99 lateness: ours $(column ours 1) us, peer (pv) $(column peer 1) us," \
    "ratio $(ratio "$(column ours 1)" "$(column peer 1)") (goal under 1000 us)"
  echo "$rate/s, rate off by: ours $(column ours 3) %, peer (pv) $(column peer 3) % (goal 0.1 %)"
}

pace 10 $((30 / SCALE + 2))
pace 100 $((300 / SCALE + 2))
pace 1000 $((3000 / SCALE + 2))

million=$BENCH_DATA/million.txt
[ -s "$million" ] || seq 5000000 >"$million"
# million_pair LABEL SUFFIX GOAL: the processor time of a million lines a second for 5 s, written to SUFFIX. With a reader
# behind, its wake-ups count too: pv writes ten times a second, we a thousand times.
million_pair() {
  local i
  rm -f "$BENCH_DIR"/*.m
  for ((i = 0; i < ROUNDS; i++)); do
    measured ours "gf-ratelimit --stats=json --stats-file $BENCH_DIR/stats 1000000/s <$million $2"
    measured peer "pv -q -l -L 1000000 <$million $2"
  done
  echo "1000000 lines/s for 5 s, processor time$1: ours $(ms "$(of ours 2)"), peer (pv -l -L)" \
    "$(ms "$(of peer 2)"), ratio $(ratio "$(of ours 2)" "$(of peer 2)") (goal $3)"
}

if need pv; then
  million_pair '' '>/dev/null' 1
  million_pair ' with a reader behind' '| cat >/dev/null' 'none: most of it is the reader'
  awk -F'"rate":' '{ r = $2 + 0; d = r / 1000000 - 1; if (d < 0) d = -d
    printf "1000000 lines/s, rate off by: ours %.4f %% (goal 0.1 %%)\n", d * 100 }' "$BENCH_DIR/stats"
fi

pair 'unlimited, 4 GiB' 1 'head -c 4G /dev/zero | gf-ratelimit unlimited >/dev/null' \
  cat 'head -c 4G /dev/zero | cat >/dev/null'

# A rate that never holds anything up: what is left is the way from pipe to pipe.
lines=$BENCH_DATA/ratelimit-lines.txt
[ -s "$lines" ] || seq -f 'a line of a log, as long as most are, number %.0f' 4000000 >"$lines"
pair '4000000 lines between pipes' 1 "cat $lines | gf-ratelimit 100000000/s | cat >/dev/null" \
  'cat | cat | cat' "cat $lines | cat | cat >/dev/null"

keys=$BENCH_DATA/ratelimit-keys.txt
[ -s "$keys" ] || seq 1000000 1999999 >"$keys"
rm -f "$BENCH_DIR"/*.m
for ((i = 0; i < ROUNDS; i++)); do
  measured ours "gf-ratelimit -K 1 1/h <$keys >/dev/null"
  need mawk && measured peer "mawk '!seen[\$1]++' <$keys >/dev/null"
done
[ -s "$BENCH_DIR/peer.m" ] &&
  echo "1000000 live keys, each let pass once: ours $(seconds "$(of ours 1)")" \
    "$(mebibytes "$(of ours 3)"), peer (mawk, that each came once) $(seconds "$(of peer 1)")" \
    "$(mebibytes "$(of peer 3)"), ratio $(ratio "$(of ours 1)" "$(of peer 1)") (goal 0.5 s, 64 MiB)"

start=$(now)
awk 'BEGIN { for (j = 0; j < 2; j++) for (i = 0; i < 100; i++) print i }' |
  gf-ratelimit -K 1 1/10s >/dev/null
echo "100 keys at 1/10s, two records each: ours $(seconds $(($(now) - start)))" \
  '(side by side 10 s, one behind the other 1990 s)'

compile takes -I"$BENCH_ROOT/lib" "$BENCH_ROOT"/build/lib/{limit,time,base}.a
# takes_pair NAME PROCESSES GOAL: nanoseconds a take from a shared budget.
takes_pair() {
  local i
  rm -f "$BENCH_DIR/takes"
  for ((i = 0; i < ROUNDS; i++)); do
    "$BENCH_DATA/takes" "$BENCH_DIR/state" "$2" $((20000000 / SCALE)) >>"$BENCH_DIR/takes"
  done
  awk -v name="$1" -v goal="$3" -v n="$2" '
    { a[NR] = $1; b[NR] = $2 }
    function middle(v) { asort_(v, NR); return v[int((NR + 1) / 2)] }
    function asort_(v, n, i, j, t) {
      for (i = 2; i <= n; i++) for (j = i; j > 1 && v[j - 1] > v[j]; j--) {
        t = v[j]; v[j] = v[j - 1]; v[j - 1] = t
      }
    }
    END {
      x = middle(a); y = middle(b)
      printf "%s: ours %.1f ns (%.1f M/s), peer (a locked file) %.1f ns, ratio %.3f (goal %s)\n",
        name, x, 1000 / x, y, x / y, goal
    }' "$BENCH_DIR/takes"
}
takes_pair 'shared budget, a take' 1 'under 200 ns'
takes_pair 'shared budget, a take, 8 processes' 8 'over 5 M/s'

held=$BENCH_DATA/ratelimit-held.txt rates=$BENCH_DATA/ratelimit-rates.txt
[ -s "$held" ] || awk -v rates="$rates" 'BEGIN {
  srand(1)
  for (i = 0; i < 50; i++) for (k = 0; k < 2000; k++) print k, i
  for (k = 0; k < 2000; k++) print k " 1/" int(800 + rand() * 400) "ms" >rates
}' >"$held"
# lateness LABEL LINE: the p99 of the lateness in us, with 100000 records held while a thousand lines LINE and a key
# come each second.
lateness() {
  : >"$BENCH_DIR/back"
  (
    for ((k = 0; k < 3000; k += 10)); do
      for i in 0 1 2 3 4 5 6 7 8 9; do echo "$2	$(((k + i) * 7 % 3000))"; done
      sleep 0.01
    done >>"$BENCH_DIR/back"
  ) &
  local writer=$!
  timeout 4 gf-ratelimit -K 1 --buffer 200000 --key-rates "$rates" --feedback "$BENCH_DIR/back" \
    --stats=json --stats-file "$BENCH_DIR/stats" 1/s < <(cat "$held" && sleep 4) >/dev/null
  wait $writer
  awk -F'"p99":' '{ print int($2 * 1e6) }' "$BENCH_DIR/stats" >>"$BENCH_DIR/$1.l"
}
for ((i = 0; i < ROUNDS; i++)); do
  lateness ours '429 0.5'
  lateness peer ok
done
echo "100000 held records, 1000 lines a second about keys, p99 lateness: ours $(median <"$BENCH_DIR/ours.l") us," \
  "peer (the same with ok) $(median <"$BENCH_DIR/peer.l") us (goal: within 1000 us)"
