#!/usr/bin/env bash
# sem.sh - gf-sem against flock(1) and GNU sem: what a permit costs a command that does nothing, the
# order in which twelve who wait are served, and how soon the permit of a killed one is the next's.
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
