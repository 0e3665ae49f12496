# shellcheck shell=bash disable=SC2154
# torture.bash - a run in which allocation number N fails, for each N: `load torture` behind helper.

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
