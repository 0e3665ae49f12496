#!/usr/bin/env bash
# sem.sh - gf-sem against flock(1) and GNU sem: what a permit costs a command that does nothing, the
# order in which twelve who wait are served, how soon the permit of a killed one is the next's, and
# the same two, with what the waiting costs, for a thousand who come at once.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

cd "$BENCH_DIR" || exit 1
export XDG_STATE_HOME=$BENCH_DIR/state PARALLEL_HOME=$BENCH_DIR/parallel
mkdir -p "$PARALLEL_HOME" && touch "$PARALLEL_HOME/will-cite"
peers=(flock)
need sem && peers+=('GNU sem')

# holding WHO WORD...: the command line under the permit of the one lock of that tool.
holding() {
  local who=$1
  shift
  case $who in
    gf-sem) gf-sem -j 1 -S bench -- "$@" ;;
    flock) flock lock "$@" ;;
    *) sem --fg -j 1 --id bench "$(printf '%q ' "$@")" 2>/dev/null ;; # asks a shell
  esac
}

# start WHO: ns from the start of the tool to the end of `true` in it, by ten in a row.
start() {
  local t0 i
  t0=$(now)
  for ((i = 0; i < 10; i++)); do holding "$1" true; done
  echo $((($(now) - t0) / 10))
}

# order WHO: in which order twelve are served who came 30 ms apart.
order() {
  local i
  : >order
  holding "$1" sleep 1 &
  sleep 0.3
  for i in {1..12}; do
    holding "$1" sh -c "echo $i >>order" &
    sleep 0.03
  done
  wait
  echo "$(<order)" | tr '\n' ' '
}

# woken WHO: ns from kill -9 of the command that holds the permit to the end of the next one's start.
woken() {
  local waiter t0
  rm -f pid
  holding "$1" sh -c 'echo $$ >pid; exec sleep 60' 2>/dev/null &
  until [ -s pid ]; do sleep 0.01; done
  holding "$1" date +%s%N >woken &
  waiter=$!
  sleep 0.3
  t0=$(now)
  kill -9 "$(<pid)"
  wait "$waiter" 2>/dev/null
  wait 2>/dev/null
  echo $(($(<woken) - t0))
}

# compare NAME GOAL HOW OFTEN: each in turn.
compare() {
  local who i
  rm -f ./*.ns
  for ((i = 0; i < $4; i++)); do
    for who in gf-sem "${peers[@]}"; do "$3" "$who" >>"$who.ns" 2>/dev/null; done
  done
  for who in "${peers[@]}"; do
    local ours theirs
    ours=$(median <gf-sem.ns) theirs=$(median <"$who.ns")
    echo "$1: ours $(ms "$ours"), peer ($who) $(ms "$theirs"), ratio $(ratio "$ours" "$theirs") (goal $2)"
  done
}

compare 'sem: a permit for one command' 'under 5 ms' start 7
compare 'sem: next command after kill -9' 'under 5 ms' woken 5
for who in "${peers[@]}"; do
  echo "sem: twelve in order: ours $(order gf-sem), peer ($who) $(order "$who") (goal 1 to 12)"
done

# processor_ms: what all processes of that name have used so far.
processor_ms() {
  pgrep -x "$1" | sed 's|.*|/proc/&/schedstat|' | xargs cat 2>/dev/null | awk '{ ns += $1 } END { printf "%d", ns / 1e6 }'
}

# crowd WHO N: N wait for one lock. Prints how many went before one that was before them in line, the
# most for any one; the ms of processor time of all N in ten seconds of waiting; the median ns from
# one start to the next when they are let go.
crowd() {
  local who=$1 n=$2 i used
  rm -f starts line pid
  holding "$who" sh -c 'echo $$ >pid; exec sleep 120' 2>/dev/null &
  until [ -s pid ]; do sleep 0.01; done
  for ((i = 1; i <= n; i++)); do
    if [ "$who" = gf-sem ]; then
      gf-sem -S bench --label "$i" -- sh -c "echo $i \$(date +%s%N) >>starts" &
    else
      holding "$who" sh -c "echo $i \$(date +%s%N) >>starts" &
    fi
  done
  if [ "$who" = gf-sem ]; then
    until [ "$(gf-sem -S bench --status --format json | jq .waiting)" = "$n" ]; do sleep 1; done
    gf-sem -S bench --status --format json | jq -r '.waiters[].label' >line
  else
    sleep $((5 + n / 100))
    seq "$n" >line # it shows no line: the order in which they were started
  fi
  used=$(processor_ms "$who")
  sleep 10
  used=$(($(processor_ms "$who") - used))
  kill "$(<pid)"
  wait
  : >gaps
  awk 'FNR == NR { place[$1] = FNR; next }
    { for (i = 1; i <= n; i++) over += before[i] > place[$1]
      if (over > most) most = over
      over = 0
      before[++n] = place[$1]
      if (last) printf "%d\n", $2 - last >"gaps"
      last = $2 }
    END { printf "%d ", most }' line starts
  echo "$used $(median <gaps)"
}

for who in gf-sem flock; do # GNU sem polls, each with a shell: a thousand of them take too long
  read -r over used gap < <(crowd "$who" 1000)
  echo "sem: 1,000 in line ($who): overtaken at most $over times (goal 0), $used ms of processor in 10 s for all (goal 0 for each), next start after $(ms "$gap") (goal under 10 ms)"
done
