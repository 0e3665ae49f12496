#!/usr/bin/env bash
# pool.sh - gf-pool and gf-cron run under valgrind: nothing read that was not written, no memory and no
# descriptor lost at the end.
set -u
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$ROOT/build/bin:$PATH
export LC_ALL=C
bad=0
command -v valgrind >/dev/null || {
  echo 'skip - no valgrind here'
  exit 0
}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

# leaks_descriptors: err names one that is open at the end and was not inherited.
leaks_descriptors() {
  grep -A 1 'Open file descriptor [0-9]' err | grep -qvE 'Open file descriptor|inherited|^--'
}

# row NAME STATUS CMD...: the command under valgrind; `pool` is gf-pool, `cron` is gf-cron.
row() {
  local name=$1 want=$2 got=0
  shift 2
  bash -c "grind() { valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,possible \
    --errors-for-leak-kinds=definite --track-fds=yes --child-silent-after-fork=yes \"\$@\"; }
    pool() { grind gf-pool \"\$@\"; }; cron() { grind gf-cron \"\$@\"; }; $*" >out 2>err || got=$?
  if leaks_descriptors; then
    echo "not ok - $name: a descriptor stays open"
    grep -A 3 'Open file descriptor' err | head -20
    bad=1
  elif [ "$got" = "$want" ]; then
    echo "ok - $name"
  else
    echo "not ok - $name: status $got, not $want"
    grep '^==' err | head -30
    bad=1
  fi
}

row 'records, places, order' 0 "seq 50 | pool -j3 -k echo {} {#} {%}"
row 'lists, columns, -X' 0 "pool echo {1}{2} ::: a b ::: c d; seq 3000 | pool -X echo; echo a,b | pool -d , echo {2}"
row 'failures, retries, a time limit' 123 "pool --retries 2 -t 1s -j4 -s 'test \$1 != 3 || sleep 5; exit \$1' ::: 0 1 2 3"
row 'a log, resumed' 0 "seq 20 | pool --joblog log echo; seq 30 | pool --joblog log --resume echo"
row 'blocks' 0 "seq 5000 | pool --pipe --block 4K -k cat"
row 'workers' 0 "seq 2000 | pool --worker -j2 -k cat"
row 'workers that are looked at' 123 "seq 50 | pool --worker -j2 -k --joblog wl --events ev --results wr --tag \
  --retries 1 -s 'while read -r r; do [ \$r != 7 ] || exit 3; echo \$r; done'"
row 'a scheduler: tries, a limit, a hook' 0 "printf '%s\n' '@start GF_ID=a GF_RETRIES=1 GF_RETRY_DELAY=100ms false' \
  '@start GF_ID=b GF_TIMEOUT=300ms sleep 9' '@start GF_ID=c GF_ON_FAILURE=cat false' | cron run -S ./db -"
row 'events, results, tags, folds' 0 "pool --events ev --results r --tag --ci=github echo ::: a b c"
row 'what escapes' 124 "pool -t 1s -s 'setsid sleep 20 & wait' ::: a"
row 'stopped' 143 "(sleep 2; kill -TERM \$\$) & exec valgrind -q --error-exitcode=99 gf-pool sleep ::: 3 3 3 3 3"
exit $bad
