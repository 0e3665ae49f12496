# shellcheck shell=bash disable=SC2154
# helper.bash - what every bats file loads: `load helper`.
#
# The tools under test are on PATH: build/bin, or GF_BIN for another variant (GF_SAN then names its
# sanitizers). GF_AID holds the programs made from tests/cli/aid/. Each test runs in a
# directory of its own (BATS_TEST_TMPDIR), with state and temporary files inside it.

bats_require_minimum_version 1.5.0

ROOT=$(cd "${BATS_TEST_DIRNAME:?}/../.." && pwd)
GF_BIN=${GF_BIN:-$ROOT/build/bin}
GF_AID=${GF_AID:-$ROOT/build/tests/aid}
export ROOT GF_BIN GF_AID

setup() {
  PATH=$GF_BIN:$PATH
  export LC_ALL=C
  export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state
  unset GF_SEQ GF_SLOT NO_COLOR NOTIFY_SOCKET MAKEFLAGS MFLAGS
  cd "$BATS_TEST_TMPDIR" || return 1
}

# fails MESSAGE...: say why, and fail the test.
fails() {
  printf '%s\n' "$*" >&2
  return 1
}

# expect_status WANT: $status of the last `run` is WANT.
expect_status() {
  [ "$status" -eq "$1" ] || fails "exit status $status, not $1; output: $output"
}

# expect_text TEXT: the output of the last `run` holds TEXT.
expect_text() {
  case $output in
    *"$1"*) ;;
    *) fails "output lacks '$1': $output" ;;
  esac
}

# What a test needs and an environment may lack. The reasons are those that tests/skips allows, where
# it allows them; `make check` installs every program that a test calls, so none asks for one.
not_sanitized() { [ -z "${GF_SAN:-}" ] || skip "not under sanitizers: $1"; }
needs_git() { git -C "$ROOT" rev-parse HEAD >/dev/null 2>&1 || skip 'not a git checkout'; }
needs_namespaces() { unshare -Urpf --mount-proc true 2>/dev/null || skip 'no user namespaces here'; }
needs_ptrace() { strace -o /dev/null true 2>/dev/null || skip 'strace cannot trace here'; }
needs_glibc() { ldd "$GF_BIN/gf-sem" 2>/dev/null | grep -q 'libc\.so\.6' || skip 'the shim is for glibc'; }
needs_attributes() { "$GF_AID/attr" works . 2>/dev/null || skip 'no attributes or access control lists here'; }

# built: the lines of standard input, without those of a tool that is not built here (NET of the Makefile).
built() {
  if has_fetch; then cat; else grep -v gf-fetch; fi
}
has_fetch() { [ -x "$GF_BIN/gf-fetch" ]; }

# seconds_of CMD...: runs it and prints the wall seconds it took, with milliseconds.
seconds_of() {
  local t0 t1
  t0=$(date +%s%N)
  "$@"
  t1=$(date +%s%N)
  printf '%d.%03d\n' $(((t1 - t0) / 1000000000)) $(((t1 - t0) / 1000000 % 1000))
}

# until_true CMD...: tries each 20 ms until the command is true, for 40 s: a machine may have ten times as much to
# do as it can. What a <(...) among the words prints is there for the first try alone: a function asks anew.
until_true() {
  local until=$((SECONDS + 40))
  while :; do
    "$@" 2>/dev/null && return 0
    [ "$SECONDS" -lt "$until" ] || break
    sleep 0.02
  done
  fails "never true: $*"
}

# has_lines FILE N: so many lines are there, or more.
has_lines() { [ "$(wc -l <"$1")" -ge "$2" ]; }

# has_read PID FILE: the process has the file open, and has read all of it.
has_read() {
  local fd
  for fd in "/proc/$1/fd"/*; do
    [ "$fd" -ef "$2" ] || continue
    [ "$(awk '$1 == "pos:" { print $2 }' "/proc/$1/fdinfo/${fd##*/}")" -eq "$(stat -c %s "$2")" ]
    return
  done
  return 1
}

# is_still FILE: nothing comes for half a second.
is_still() {
  local before
  before=$(stat -c %s "$1")
  sleep 0.5
  [ "$(stat -c %s "$1")" -eq "$before" ]
}

# is_asleep PID: the process is blocked in a system call.
is_asleep() { grep -q '^State:.S' "/proc/$1/status"; }

# between LOW X HIGH: decimals. Anything else in X fails: awk would compare it as text.
between() {
  [[ $2 =~ ^-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?$ ]] || fails "'$2' is no number" || return
  awk -v a="$1" -v x="$2" -v b="$3" 'BEGIN { exit !(a <= x && x <= b) }' ||
    fails "$2 is not between $1 and $3"
}
