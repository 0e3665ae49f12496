#!/usr/bin/env bash
# sem.sh - gf-sem against GNU sem and flock(1): the time from start to end around a command that does
# nothing, the order of twelve who wait, and how soon one who waits has the permit of a killed one.
set -u
cd "$(dirname "$0")/../.." || exit 1
PATH=$PWD/${GF_BIN:-build/bin}:$PATH
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
export XDG_STATE_HOME=$dir/state PARALLEL_HOME=$dir/parallel
mkdir -p "$dir/parallel" && touch "$dir/parallel/will-cite"
cd "$dir" || exit 1

now() { date +%s%N; }
median() { sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
ms() { awk -v ns="$1" 'BEGIN { printf "%.2f", ns / 1e6 }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

# took CMD...: ns of one run.
took() {
  local t0
  t0=$(now)
  "$@"
  echo $(($(now) - t0))
}

# One run of each in turn; the cost of `now` is in both.
declare -A log=([ours]='' [flock]='' [gnu]='')
for round in $(seq 40); do
  log[ours]+="$(took gf-sem -j 1 -S bench -- true) "
  log[flock]+="$(took flock lock true) "
  if [ "$round" -le 7 ] && command -v sem >/dev/null; then
    log[gnu]+="$(took sem --fg -j 1 --id bench true 2>/dev/null) "
  fi
done
ours=$(tr ' ' '\n' <<<"${log[ours]}" | sed '/^$/d' | median)
for peer in flock gnu; do
  theirs=$(tr ' ' '\n' <<<"${log[$peer]}" | sed '/^$/d' | median)
  [ -n "$theirs" ] || continue
  goal='ours under 5 ms'
  echo "sem start to end, against $peer: ours $(ms "$ours") ms, peer $(ms "$theirs") ms," \
    "ratio $(ratio "$ours" "$theirs") (goal $goal)"
done

# order TOOL ARG...: in which order twelve are served who came 30 ms apart.
order() {
  local i
  : >order
  "$@" sleep 1 &
  sleep 0.3
  for i in $(seq 12); do
    if [ "$1" = sem ]; then # gives its arguments to a shell
      "$@" "echo $i >>order" &
    else
      "$@" sh -c "echo $i >>order" &
    fi
    sleep 0.03
  done
  wait
  tr '\n' ' ' <order
}
echo "sem order of 12: ours $(order gf-sem -j 1 -S order --)"
echo "sem order of 12: flock $(order flock lock)"
if command -v sem >/dev/null; then
  echo "sem order of 12: GNU sem $(order sem --fg -j 1 --id order 2>/dev/null)"
fi

# woken TOOL...: ns from kill -9 of the holding command to the start of the next.
woken() {
  local killer waiter
  rm -f pid woken
  "$@" sh -c 'echo $$ >pid; exec sleep 60' 2>/dev/null &
  killer=$!
  until [ -s pid ]; do sleep 0.01; done
  "$@" date +%s%N >woken &
  waiter=$!
  sleep 0.2
  t0=$(now)
  kill -9 "$(cat pid)"
  wait "$waiter"
  wait "$killer" 2>/dev/null
  echo $(($(cat woken) - t0))
}
ours=$(for _ in $(seq 20); do woken gf-sem -j 1 -S woken --; done 2>/dev/null)
theirs=$(for _ in $(seq 20); do woken flock lock; done 2>/dev/null)
worst=$(sort -n <<<"$ours" | tail -n 1)
ours=$(median <<<"$ours")
theirs=$(median <<<"$theirs")
echo "sem next command after kill -9, against flock: ours $(ms "$ours") ms (worst $(ms "$worst"))," \
  "peer $(ms "$theirs") ms, ratio $(ratio "$ours" "$theirs") (goal under 5 ms)"
