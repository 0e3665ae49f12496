#!/usr/bin/env bash
# mix.sh - random mixes of options: whatever the command line and the records are, no tool crashes, hangs, reads
# what is not its own, leaks, or ends with a status that its page does not have.
#
# RUNS=N command lines a tool (1500), TOOLS="gf-pool ..."; SEED=N repeats those of an earlier run, ONLY=K its K-th
# line alone, with what it prints. Runs under AddressSanitizer and UBSan, which it builds.
set -u
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
export LC_ALL=C
SAN=address,undefined
${MAKE:-make} -s -C "$ROOT" SAN=$SAN all || exit 1
PATH=$ROOT/build/san-$SAN/bin:$PATH
export ASAN_OPTIONS=detect_leaks=1:exitcode=99 UBSAN_OPTIONS=halt_on_error=1:exitcode=99 LSAN_OPTIONS=exitcode=99
SEED=${SEED:-$((RANDOM * 32768 + RANDOM))}
RUNS=${RUNS:-1500}
echo "# SEED=$SEED RUNS=$RUNS"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export TMPDIR=$work XDG_STATE_HOME=$work/state

# What runs find: inputs that are odd, a log with rows of every kind, results of some of them.
mkdir first
# shellcheck disable=SC2016
(
  cd first || exit 1
  : >in1
  printf 'name,x\na,b\nc d,e.f\n/g/h.i,\n' >in2
  printf 'a\0b\n\n-x\n{}\n\xff\xfe\r\n$(x)`y`\n0.01' >in3
  { echo a; head -c 200000 /dev/zero | tr '\0' y; echo; printf 'b\0'; echo c; } >in4
  printf '\xef\xbb\xbfname,x\r\n1,2\r\n3,4\r\n' >in5
  seq 40 >in6
  echo 2 >slots
  printf 'a 5/s\n' >rates
  gf-pool -q -j1 --joblog log --results results sh -c 'exit $1' sh ::: 0 1 0 2 || :
  printf '9\t:\t1.0\t0.1\t0\t0\t-2\t15\techo {}\n10\t:\t1.0\t0.1\t0\t0\t1\t0\techo | x\nbroken\n' >>log
) 2>/dev/null

# run LINE: in a directory of its own, in bounds of time and of what is written; the status, and all that was said
# in `said`.
run() {
  rm -rf now
  cp -r first now
  (
    cd now || exit 1
    ulimit -f 20000
    eval "timeout -s KILL 30 $1"
  ) >out 2>said
}

# is_sane LINE STATUS: the family's statuses, or with --halt and a command of one's own those of a job.
is_sane() {
  grep -qE 'AddressSanitizer|LeakSanitizer|runtime error' said && return 1
  case $2 in
    0 | 2 | 75 | 123 | 124 | 125 | 126 | 127) return 0 ;;
    1 | 3) case $1 in *--halt* | gf-sem* | gf-ratelimit* | gf-stream*) return 0 ;; esac ;;
    13[0-9] | 14[0-9]) # a job that a signal ended
      case $1 in *--halt*) [[ $2 != 13[24569] && $2 != 137 ]] && return 0 ;; esac ;;
  esac
  return 1
}

bad=0
for tool in ${TOOLS:-gf-pool gf-sem gf-ratelimit gf-stream}; do
  "$tool" --gf-dump >dump
  awk -v tool="$tool" -v seed="$SEED" -v runs="$RUNS" -v values="$ROOT/tests/cli/pairs.tsv" \
    -v cases="$ROOT/tests/cli/stream_cases.tsv" -f "$ROOT/tests/long/mix.awk" dump >lines
  k=0 taken=0 wrong=0
  while IFS= read -r line <&3; do
    k=$((k + 1))
    [ "${ONLY:-$k}" = "$k" ] || continue
    status=0
    run "$line" || status=$?
    [ "$status" = 2 ] || taken=$((taken + 1))
    [ -z "${ONLY:-}" ] || { echo "$line"; cat out said; }
    is_sane "$line" "$status" && continue
    wrong=$((wrong + 1))
    printf 'not ok - %s ONLY=%d: status %d: %s\n' "$tool" "$k" "$status" "$line"
    grep -aE -A 12 'Sanitizer|runtime error' said | cut -c1-200 | head -n 16
  done 3<lines
  [ "$wrong" = 0 ] && echo "ok - $tool: $k command lines, $taken of them taken"
  [ "$taken" -gt $((k / 20)) ] || [ -n "${ONLY:-}" ] || { echo "not ok - $tool: nearly all were refused"; bad=1; }
  [ "$wrong" = 0 ] || bad=1
done
exit $bad
