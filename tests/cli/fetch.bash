# shellcheck shell=bash disable=SC2154
# fetch.bash - gf-fetch beside a server that misbehaves: `load fetch` behind helper.
#
#     setup_file() { origin_start http other; }     # aid/origin.py says what it does by which path
#     teardown_file() { origin_stop; }
#
# Then HTTP and OTHER are http://127.0.0.1:PORT, a port=tls named safe is SAFE, https://..., and ORIGIN_LOG has what the
# server was asked. A test that counts requests puts $KEY, which no other test has, into its paths.

# What the environment says of proxies would hide the server.
unset http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY
export KEY=t${BATS_TEST_NUMBER:-0}

# origin_start PORT...
origin_start() {
  local dir=$BATS_FILE_TMPDIR word name
  export ORIGIN_DIR=$dir ORIGIN_LOG=$dir/log
  : >"$dir/log"
  python3 "$ROOT/tests/cli/aid/origin.py" "$dir" "$@" >"$dir/ports" 2>"$dir/err" 3>&- &
  ORIGIN_PID=$!
  until_true has_lines "$dir/ports" 1 || fails "$(cat "$dir/err")" || return
  for word in $(cat "$dir/ports"); do
    name=${word%%=*}
    name=${name^^}
    export "${name}_PORT=${word#*=}" "$name=http://127.0.0.1:${word#*=}"
    [[ " $* " != *" ${word%%=*}=tls "* ]] || export "$name=https://127.0.0.1:${word#*=}"
  done
}

origin_stop() {
  [ -z "${ORIGIN_PID:-}" ] || kill "$ORIGIN_PID" && wait "$ORIGIN_PID" 2>/dev/null || true
  [ ! -s "$ORIGIN_DIR/err" ] || fails "the server: $(cat "$ORIGIN_DIR/err")"
}

# asked TEXT: the requests whose path holds the text, a line of JSON each.
asked() { jq -c --arg text "$1" 'select(.event == "request" and (.path | contains($text)))' "$ORIGIN_LOG"; }

# was_asked TEXT N: for `until_true`, so often or more.
was_asked() { [ "$(asked "$1" | wc -l)" -ge "$2" ]; }

# event NAME TEXT: for `until_true`, the server has written down such an event of a path that holds the text.
event() { jq -e -n --arg name "$1" --arg text "$2" '[inputs | select(.event == $name and (.path | contains($text)))] | length > 0' "$ORIGIN_LOG" >/dev/null; }

# record NAME...: of the one record in $output, the values of these keys, as one compact list.
record() { jq -c "[$(printf '.%s,' "$@" | sed 's/,$//')]" <<<"$output"; }

# expect_records N: so many lines are in $output, each a whole record of one line of input, none twice.
expect_records() {
  local got
  got=$(jq -s -c '[length, ([.[].seq] | unique | length)]' <<<"$output") || fails "no JSON: $output" || return
  [ "$got" = "[$1,$1]" ] || fails "records and lines: $got, not $1"
}
