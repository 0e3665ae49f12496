#!/usr/bin/env bash
# run.sh - `make check`: builds, runs every part, ends with one line of totals.
#
# A part is a TAP stream (testanything.org): the unit tests' program, one bats file, the replay of
# the fuzzers' seeds, the lint scripts. tests/tap.awk reads each and appends its counts to
# build/check/counts; a part that was started and left no counts is a failure too. A line is printed
# for each part as it ends. Bats files run three for each processor, since tests mostly wait, except those
# that measure time (`# bats file_tags=timing`), which run at the end, one for each processor. Everything runs once
# plain and once under sanitizers; bats files with the tag `plain` have nothing to gain there and run
# once. What was skipped is listed at the end; a skip that tests/skips does not allow is a failure.
#
# From the environment: MAKE, T (narrows to names that hold it), SAN (only that variant).
set -u
cd "$(dirname "$0")/.." || exit 1
ROOT=$PWD
MAKE=${MAKE:-make}
T=${T:-}
SAN=${SAN:-}
SANITIZERS=${SAN:-address,undefined}
LIMIT=1200 # seconds a part may take, on a slow machine
OUT=$ROOT/build/check
JOBS=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
BESIDE=$((JOBS * 3)) # bats files at a time: a test uses an eighth of a processor
parts=0

rm -rf "$OUT"
mkdir -p "$OUT" || exit 1
: >"$OUT/counts"
: >"$OUT/skips"
exec </dev/null
trap 'kill $(jobs -p) 2>/dev/null; exit 130' INT TERM

heading() { printf '\n== %s\n' "$*"; }

wanted() { case $1 in *"$T"*) ;; *) return 1 ;; esac }

# part LABEL NAME CMD...: runs it, keeps its TAP, prints the report (at once: parts run side by side).
part() {
  local label=$1 tap=$OUT/$2.tap variant=${2%%-*} status=0 start=$SECONDS report
  shift 2
  "$@" >"$tap" 2>&1 || status=$?
  report=$(awk -v label="$label" -v status="$status" -v narrowed="$T" -v counts="$OUT/counts" \
    -v seconds=$((SECONDS - start)) -v variant="$variant" -v skips="$OUT/skips" \
    -f tests/tap.awk "$tap")
  if [ -n "$report" ]; then printf '%s\n' "$report"; fi
}

limited() { timeout -k 10 "$LIMIT" "$@"; }

# rows NAME CMD...: one command is one row of TAP; `rows` alone ends it. What it prints is shown
# when it fails.
rows() {
  if [ $# -eq 0 ]; then
    echo "1..$row"
    return
  fi
  local name=$1 text
  shift
  row=$((row + 1))
  if text=$(limited "$@" 2>&1); then
    echo "ok $row - $name"
  else
    echo "not ok $row - $name (status $?)"
    printf '%s\n' "$text" | sed 's/^/# /'
  fi
}

# failure LABEL TEXT...: a failure that no TAP stream tells of.
failure() {
  printf '  %-24s FAILED: %s\n' "$1" "$2"
  echo "0 1 0 $1" >>"$OUT/counts"
  parts=$((parts + 1))
}

# made NAME ARG...: make, into a log; its status is in a file. Under the thread sanitizer only what the rows of
# thread_rows run.
made() {
  local name=$1 status=0 what=(all test-programs)
  [ "$1" != threads ] || what=(build/san-thread/{tests/unit,bin/gf-{ratelimit,stream}})
  shift
  "$MAKE" -s -j"$JOBS" "$@" "${what[@]}" >"$OUT/build-$name.log" 2>&1 || status=$?
  echo "$status" >"$OUT/build-$name.status"
}

# build NAME ARG...: make, quiet unless it fails; or what begin_builds has made.
build() {
  [ -e "$OUT/build-$1.status" ] || made "$@"
  if [ "$(cat "$OUT/build-$1.status")" -eq 0 ]; then
    grep -i 'warning' "$OUT/build-$1.log" | sed 's/^/  /'
    return 0
  fi
  sed 's/^/  /' "$OUT/build-$1.log"
  failure build "$1 does not build"
  return 1
}

# The other variants are built while plain tests run: these mostly wait. cli waits for all.
begin_builds() {
  {
    if ! threads_wanted || made threads SAN=thread; then made sanitized SAN="$SANITIZERS"; fi
  } &
  renice -n 10 -p $! >/dev/null
}

unit() {
  parts=$((parts + 1))
  part unit "$2-unit" limited "$1/tests/unit" ${T:+"$T"}
}

fuzz_rows() {
  local source name row=0
  for source in tests/fuzz/*.c; do
    name=$(basename "$source" .c)
    if [ "$name" = replay ] || ! wanted "$name"; then continue; fi
    # Built where gf-fetch is: it needs libraries that may not be there (NET of the Makefile).
    case $name in net_*) [ -e "$1/bin/gf-fetch" ] || continue ;; esac
    rows "$name" "$1/tests/fuzz/$name" "tests/fuzz/seeds/$name"/*
  done
  rows
}

fuzz() {
  parts=$((parts + 1))
  part 'fuzz seeds' "$2-fuzz" fuzz_rows "$1"
}

bats_part() {
  part "$(basename "$2")" "$1-$(basename "$2")" limited bats --tap "$2"
}

# side_by_side N NAME FILE...: bats files, N at a time.
side_by_side() {
  local most=$1 name=$2 running=0 file
  shift 2
  for file; do
    if [ "$running" -ge "$most" ]; then
      wait -n
      running=$((running - 1))
    fi
    bats_part "$name" "$file" &
    running=$((running + 1))
  done
  wait
}

# cli NAME: the bats files; those that measure time behind the others, one for each processor.
cli() {
  local name=$1 file tags files alone=() beside=()
  # The largest first: a long file that starts last would run alone.
  mapfile -t files < <(ls -S tests/cli/*.bats)
  for file in "${files[@]}"; do
    wanted "$(basename "$file" .bats)" || continue
    tags=$(sed -n 's/^# bats file_tags=//p' "$file")
    if [ "$name" != plain ] && [[ ,$tags, == *,plain,* ]]; then continue; fi
    if [[ ,$tags, == *,timing,* ]]; then alone+=("$file"); else beside+=("$file"); fi
  done
  side_by_side "$BESIDE" "$name" "${beside[@]}"
  side_by_side "$JOBS" "$name" "${alone[@]}"
  parts=$((parts + ${#beside[@]} + ${#alone[@]}))
}

lint_rows() {
  local check name row=0
  for check in tests/lint/*; do
    name=$(basename "$check")
    if [ -x "$check" ] && { wanted "$name" || wanted lint; }; then rows "$name" "$check"; fi
  done
  rows
}

lint() {
  heading lint
  parts=$((parts + 1))
  part lint plain-lint lint_rows
}

# A sanitizer's report fails the run even where the test that caused it did not notice.
sanitizer_reports() {
  local report
  for report in "$OUT"/report.*; do
    [ -e "$report" ] || continue
    # An allocation that is refused as too large is a warning, and what the test wanted to see.
    grep -qE 'ERROR|SUMMARY|runtime error' "$report" || continue
    failure sanitizer "$(basename "$report")"
    sed 's/^/      /' "$report"
  done
}

# What is missing in this environment, in the words of tests/skips.
missing_here() {
  git rev-parse HEAD >/dev/null 2>&1 || echo no-git
  unshare -Urpf --mount-proc true 2>/dev/null || echo no-namespaces
  strace -o /dev/null true 2>/dev/null || echo no-ptrace
  ldd build/bin/gf-sem 2>/dev/null | grep -q 'libc\.so\.6' || echo no-glibc
  build/tests/aid/attr works /tmp >/dev/null 2>&1 || echo no-attributes
  { command -v redis-server && ldd build/bin/gf-queue | grep hiredis; } >/dev/null 2>&1 || echo no-redis
}

# allowed VARIANT REASON: some row of tests/skips has it.
allowed() {
  local where pattern
  while IFS=$'\t' read -r where pattern; do
    case $where in '' | '#'*) continue ;; esac
    # shellcheck disable=SC2053 # it is a pattern
    if [[ $2 == $pattern && " $1 $MISSING " == *" $where "* ]]; then return; fi
  done <tests/skips
  return 1
}

# Lists what was skipped: how many, where, why; what nobody expected is a failure.
judge_skips() {
  local count variant reason
  [ -s "$OUT/skips" ] || return
  MISSING=$(missing_here | tr '\n' ' ')
  heading skipped
  sort "$OUT/skips" | uniq -c >"$OUT/skips.counted"
  while read -r count variant reason; do
    if allowed "$variant" "$reason"; then
      printf '  %3d  %s, %s\n' "$count" "$reason" "$variant"
    else
      failure skip "$count not expected here: '$reason', $variant (tests/skips)"
    fi
  done <"$OUT/skips.counted"
}

# suite NAME DIRECTORY [REMARK]
suite() {
  heading "unit and fuzz${3:-}"
  unit "$2" "$1"
  fuzz "$2" "$1"
  heading "command line${3:-}"
  cli "$1"
}

# What threads or processes share, under the thread sanitizer.
thread_rows() {
  local row=0
  wanted budget && rows 'budget: threads take and change at once' "$1/tests/unit" budget.
  wanted ratelimit && rows 'gf-ratelimit: feedback comes in' tests/threads.sh "$1/bin" feedback
  wanted stream && rows 'gf-stream: threads sort' tests/threads.sh "$1/bin" sort
  wanted stream && rows 'gf-stream: blocks side by side' tests/threads.sh "$1/bin" blocks
  rows
}
threads_wanted() { wanted budget || wanted stream || wanted ratelimit; }
threads() {
  if ! threads_wanted; then return; fi
  heading 'build, SAN=thread'
  build threads SAN=thread || return
  export TSAN_OPTIONS=halt_on_error=1:exitcode=99
  parts=$((parts + 1))
  part threads sanitized-threads thread_rows build/san-thread
}

export GF_AID=$ROOT/build/tests/aid

if [ -z "$SAN" ]; then
  heading build
  if build plain; then
    export GF_BIN=$ROOT/build/bin
    begin_builds
    suite plain build
  fi
  lint
  threads
fi

heading "build, SAN=$SANITIZERS"
if { [ -z "$SAN" ] || build aids SAN=; } && build sanitized SAN="$SANITIZERS"; then
  export GF_BIN=$ROOT/build/san-$SANITIZERS/bin GF_SAN=$SANITIZERS
  export ASAN_OPTIONS=detect_leaks=1:exitcode=99:log_path=$OUT/report:allocator_may_return_null=1
  export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:exitcode=99:log_path=$OUT/report
  suite sanitized "build/san-$SANITIZERS" ", SAN=$SANITIZERS"
  sanitizer_reports
fi
judge_skips

echo
awk -v parts="$parts" -v narrowed="$T" -f tests/total.awk "$OUT/counts"
