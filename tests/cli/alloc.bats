#!/usr/bin/env bats
# alloc.bats - each allocation of a run fails in turn, once alone and once with all that follow: the
# tool says so and ends with 125, or gets by without; it never crashes and never loses output.
# bats file_tags=plain

load helper

# torture ONCE-OR-MORE CMD...: until a run needs no allocation more.
torture() {
  local mode=$1 n want got more=
  shift
  [ "$mode" = once ] || more=1
  want=$("$@" <in 2>/dev/null)
  for ((n = 1; n <= 2000; n++)); do
    rm -f mark
    got=0
    # shellcheck disable=SC2086 # nothing when more is empty
    timeout 10 env LD_PRELOAD="$GF_AID/failalloc.so" GF_FAIL_ALLOC="$n" GF_FAIL_MARK="$PWD/mark" \
      ${more:+GF_FAIL_MORE=1} "$@" <in >out 2>err || got=$?
    [ -e mark ] || return 0
    if [ "$got" -eq 125 ]; then
      grep -qi 'memory' err || {
        echo "$*: allocation $n ($mode): 125 without a word: $(cat err)"
        return 1
      }
    elif [ "$got" -ne 0 ] || [ "$(cat out)" != "$want" ]; then
      echo "$*: allocation $n ($mode): status $got, $(wc -c <out) bytes: $(head -n 3 err)"
      return 1
    fi
  done
  echo "$*: no end of allocations"
  return 1
}

@test "no allocation that fails crashes a tool or loses output" {
  local tool bad=
  ldd "$GF_BIN/gf-ratelimit" | grep -q 'libc\.so\.6' || skip 'the shim is for glibc'
  printf 'one\ntwo\nthree\n' >in
  for tool in "$GF_BIN"/gf-*; do
    FILTER=() ALLOC=()
    # shellcheck source=/dev/null
    . "$ROOT/tests/cli/common.d/${tool##*/}.sh"
    [ ${#ALLOC[@]} -gt 0 ] || ALLOC=("${FILTER[@]}")
    [ ${#ALLOC[@]} -gt 0 ] || fails "${tool##*/}: neither FILTER nor ALLOC in common.d"
    torture once "${ALLOC[@]}" || bad+=" ${tool##*/}"
    torture more "${ALLOC[@]}" || bad+=" ${tool##*/}"
    torture once "${tool##*/}" --help || bad+=" ${tool##*/}"
  done
  [ -z "$bad" ] || fails "not so:$bad"
}
