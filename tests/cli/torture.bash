# shellcheck shell=bash disable=SC2154
# torture.bash - a run in which allocation number N fails, for each N: `load torture` behind helper.

# needs N CMD...: whether a run makes N allocations or more.
needs() {
  rm -f mark
  env LD_PRELOAD="$GF_AID/failalloc.so" GF_FAIL_ALLOC="$1" GF_FAIL_MARK="$PWD/mark" "${@:2}" <in >/dev/null 2>&1 || :
  [ -e mark ]
}

# ours CMD...: the number of the allocation from which on each is to fail in turn. Those before it are made by a
# library as it begins, thousands of them: one in 37 fails.
ours() {
  local low=1 high=2
  while needs "$high" "$@"; do low=$high high=$((2 * high)); done
  while ((high - low > 1)); do
    if needs $(((low + high) / 2)) "$@"; then low=$(((low + high) / 2)); else high=$(((low + high) / 2)); fi
  done
  echo $((low > ALLOC_LAST ? low - ALLOC_LAST : 0))
}

# torture ONCE-OR-MORE CMD...: until a run needs no allocation more. ALLOC_LAST is how many each fail in turn, at the
# end; without it all do.
torture() {
  local mode=$1 n want got more="" from=0
  shift
  [ "$mode" = once ] || more=1
  want=$("$@" <in 2>/dev/null)
  [ -z "${ALLOC_LAST:-}" ] || from=$(ours "$@")
  for ((n = 1; n <= from + 2000; n += n < from ? 37 : 1)); do
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
