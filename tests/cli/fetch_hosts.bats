#!/usr/bin/env bats
# fetch_hosts.bats - gf-fetch is polite: so many requests to a host at once, a host that asks for time gets it,
# and no host waits for another.
# shellcheck disable=SC2154 # $stderr is of run --separate-stderr

load helper
load fetch

setup_file() { origin_start http other; }
teardown_file() { origin_stop; }

# most KEY TEXT: the largest value of a key in the requests whose path holds the text.
most() { asked "$2" | jq -s "map(.$1) | max"; }

# times N URL: the URL so often.
times() { for ((i = 0; i < $1; i++)); do echo "$2"; done; }

@test "a second request does not wait for the answer to the first one of the host" {
  printf '%s\n' "$HTTP/until/$KEY" "$HTTP/ok/$KEY" >in
  gf-fetch --no-body <in >out &
  pid=$!
  until_true has_lines out 1
  touch "$ORIGIN_DIR/$KEY"
  wait "$pid"
  [ "$(jq .seq out | tr '\n' ' ')" = '2 1 ' ]
}
