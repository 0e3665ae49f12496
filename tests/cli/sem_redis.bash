# shellcheck shell=bash
# sem_redis.bash - what the tests of gf-sem on a server share: `load redis`, `load sem_redis`.

unset GF_REDIS_PASSWORD GF_REDIS_PASSWORD_FILE

# sem ARG...: gf-sem on the server. In the background its process would be another one: where that counts,
# the tests write it out.
sem() { gf-sem -S "$REDIS_URL#db" "$@"; }
status_of() { sem --status --format json | jq -c "$1"; }
is_status() { [ "$(status_of "$1")" = "$2" ]; }

# end_all: what a test left in the background, and the server.
end_all() {
  local pid
  for pid in $(jobs -p); do
    [ "$pid" = "${REDIS_PID:-}" ] || kill "$pid" 2>/dev/null || true
  done
  redis_stop
}

has_ended() { ! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status"; }

# ends_with STATUS PID
ends_with() {
  local status=0
  wait "$2" || status=$?
  [ "$status" -eq "$1" ] || fails "process $2 ended with $status, not $1"
}

# watch: a command that writes `begin`, its fence and its end, however it ends, to the log.
cat_watch() {
  cat >watch <<'EOF'
# No process of its own asks for the time: a second signal would end it.
note() { read -r up _ </proc/uptime; echo "$1 $GF_PERMIT $up" >>log; }
trap 'note term; rest=3' TERM
note begin
i=0
while [ $i -lt ${1:-600} ]; do
  sleep 0.05 &
  wait $! # a trap runs at once
  i=$((i + 1))
  [ -z "$rest" ] || [ $((rest -= 1)) -gt 0 ] || exit 0 # a second signal would be in the log as well
done
note end
EOF
}
words_of_log() { cut -d ' ' -f 1 log | tr '\n' ' '; }
uptime_of() { awk -v word="$1" '$1 == word { print $3; exit }' log; }
