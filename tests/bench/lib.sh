# shellcheck shell=bash
# lib.sh - what the benchmarks share: `. "$(dirname "$0")/lib.sh"` as their first line.
#
# Each figure is a pair: ours and the peer's, run in turn in one go, because only the ratio means
# something on another machine. One line a pair:
#
#   NAME: ours X, peer (WHO) Y, ratio Z (goal G)
#
# SCALE=10 divides the sizes of the data by ten, ROUNDS is how often each is run (default 3); the
# medians count.
set -u
BENCH_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
PATH=$BENCH_ROOT/build/bin:$PATH
export LC_ALL=C
ROUNDS=${ROUNDS:-3}
SCALE=${SCALE:-1}
# Data is made once and kept between runs; what a benchmark writes goes to its own directory.
BENCH_DATA=$BENCH_ROOT/build/bench
mkdir -p "$BENCH_DATA" || exit 1
BENCH_DIR=$(mktemp -d) || exit 1
trap 'rm -rf "$BENCH_DIR"' EXIT

# CC may be several words: a compiler behind ccache, a flag.
read -ra BENCH_CC <<<"${CC:-cc}"

# compile NAME [FLAG...]: tests/bench/NAME.c to $BENCH_DATA/NAME.
compile() {
  local name=$1
  shift
  "${BENCH_CC[@]}" -O2 -D_GNU_SOURCE -o "$BENCH_DATA/$name" "$BENCH_ROOT/tests/bench/$name.c" "$@" || exit 1
}
compile measure

# need TOOL: whether a peer is there; says so when it is not.
need() {
  command -v "$1" >/dev/null 2>&1 && return 0
  echo "(no $1 here: left out)"
  return 1
}

now() { date +%s%N; }
# The median of the numbers on standard input, one a line.
median() { sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
seconds() { awk -v ns="$1" 'BEGIN { printf "%.3f s", ns / 1e9 }'; }
ms() { awk -v ns="$1" 'BEGIN { printf "%.2f ms", ns / 1e6 }'; }
mebibytes() { awk -v k="$1" 'BEGIN { printf "%.1f MiB", k / 1024 }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'; }

# measured LABEL SCRIPT: one run of `bash -c SCRIPT`; its figures are kept under LABEL.
measured() {
  "$BENCH_DATA/measure" "$BENCH_DIR/$1.m" bash -c "$2" >/dev/null || echo "($1 exited $?)"
}
# of LABEL COLUMN: the median of wall (1), processor time (2) or memory (3).
of() { awk -v c="$2" '{ print $c }' "$BENCH_DIR/$1.m" | median; }

# pair NAME GOAL OURS WHO PEER [WHO PEER]...: wall times of the two (or more), in turn; memory beside.
pair() {
  local name=$1 goal=$2 ours=$3 i
  shift 3
  rm -f "$BENCH_DIR"/*.m
  for ((i = 0; i < ROUNDS; i++)); do
    measured ours "$ours"
    local who
    local -a rest=("$@")
    while [ ${#rest[@]} -ge 2 ]; do
      who=${rest[0]}
      measured "$who" "${rest[1]}"
      rest=("${rest[@]:2}")
    done
  done
  while [ $# -ge 2 ]; do
    printf '%s: ours %s (%s), peer (%s) %s (%s), ratio %s (goal %s)\n' "$name" \
      "$(seconds "$(of ours 1)")" "$(mebibytes "$(of ours 3)")" "$1" \
      "$(seconds "$(of "$1" 1)")" "$(mebibytes "$(of "$1" 3)")" \
      "$(ratio "$(of ours 1)" "$(of "$1" 1)")" "$goal"
    shift 2
  done
}
