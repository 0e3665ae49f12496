# shellcheck shell=bash disable=SC2034
# redis.bash - a Redis server of the test's own, on a socket in its directory: `load redis`, and
# `teardown() { redis_stop; }`.
#
# redis_start WORD...: starts one with these words behind its own; REDIS_URL is its address, without
# #NAME, and REDIS_PID its process.
redis_start() {
  command -v redis-server >/dev/null || skip 'no redis-server'
  ldd "$GF_BIN/gf-queue" | grep -q hiredis || skip 'no redis-server' # a build without
  mkdir -p redis
  redis_words=("$@")
  REDIS_URL=redis+unix://$PWD/redis/sock
  redis_again
}

# redis_again: starts it again, with the same words and files.
redis_again() {
  redis-server --port 0 --unixsocket "$PWD/redis/sock" --dir "$PWD/redis" --save '' "${redis_words[@]}" \
    >>redis/log 2>&1 3>&- &
  REDIS_PID=$!
  until_true redis_answers
}

# Any answer counts, one that wants a password too.
redis_answers() { [[ $(redis_cli ping 2>&1) == *@(PONG|NOAUTH)* ]]; }
redis_cli() { redis-cli -s "$PWD/redis/sock" "$@"; }

# redis_kill: SIGKILL.
redis_kill() {
  kill -KILL "$REDIS_PID"
  wait "$REDIS_PID" 2>/dev/null || true
}

redis_stop() { [ -z "${REDIS_PID:-}" ] || redis_kill 2>/dev/null; }
