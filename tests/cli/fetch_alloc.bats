#!/usr/bin/env bats
# fetch_alloc.bats - allocations behind the first request of gf-fetch fail in turn, once alone and once with all
# that follow, those of libcurl among them: it ends by itself, each line has its record, and no line that failed is
# taken for fetched.
# bats file_tags=plain

load helper
load fetch
load torture

setup_file() { origin_start http; }
teardown_file() { origin_stop; }

FETCH=(gf-fetch --retries 0 -k -j1 -L --etag-store tags --failed failed)

# known FILE: its records without their times.
known() { sed 's/"seconds":{[^}]*}//' "$1"; }

# bad_end STATUS WANT: what does not hold of out, err and failed. A long body is on its way when 125 may cut it off.
bad_end() {
  local line lines=0 lost=0
  while IFS= read -r line || [ -n "$line" ]; do
    lines=$((lines + 1))
    [[ $line == '{"v":1,"seq":'*'}' ]] || [[ $1 == 125 && $line == *'"body":"'* ]] || echo "no record: $line"
    [[ $line != *'"error":"bad_request"'* ]] || echo "a line that is good: $line"
    [[ $line != *'"ok":false'* ]] || lost=$((lost + 1))
  done <out
  case $1 in
    0) [ "$(known out)" = "$2" ] || echo 'status 0, and other records' ;;
    123)
      [ "$lines" -eq 3 ] || echo "status 123, and $lines records"
      [ "$lost" -gt 0 ] && [ "$lost" -eq "$(wc -l <failed)" ] || echo "status 123, $lost failed and $(wc -l <failed) kept"
      ;;
    125) grep -qi memory err || echo "125 without a word: $(cat err)" ;;
    *) echo "status $1: $(head -n 3 err)" ;;
  esac
}

# each_fails ONCE-OR-MORE STEP
each_fails() {
  local more='' n want got what bad=''
  [ "$1" = once ] || more=1
  needs_glibc
  printf '%s\n' "$HTTP/hop/1" "{\"url\":\"$HTTP/etag/a\",\"id\":7,\"headers\":{\"X-A\":\"b\"}}" "$HTTP/bytes/70000" >in
  "${FETCH[@]}" <in >out
  want=$(known out)
  # shellcheck disable=SC2034 # ours reads it
  ALLOC_LAST=280
  for ((n = $(rm -f tags; ours "${FETCH[@]}"); n <= 20000; n += $2)); do
    rm -f mark tags
    got=0
    # shellcheck disable=SC2086 # nothing when more is empty
    timeout 10 env LD_PRELOAD="$GF_AID/failalloc.so" GF_FAIL_ALLOC="$n" GF_FAIL_MARK="$PWD/mark" ${more:+GF_FAIL_MORE=1} \
      "${FETCH[@]}" <in >out 2>err || got=$?
    [ -e mark ] || break
    what=$(bad_end "$got" "$want")
    [ -z "$what" ] || bad+="allocation $n: $what"$'\n'
  done
  [ ! -e mark ] || fails 'no end of allocations' || return
  [ "$n" -gt 1000 ] || fails "only $n allocations" || return
  [ -z "$bad" ] || fails "$bad"
}

@test "an allocation that fails while requests are under way costs no line its record" { each_fails once 1; }
@test "nor do all from one on" { each_fails more 5; }
