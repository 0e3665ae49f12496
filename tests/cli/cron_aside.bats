#!/usr/bin/env bats
# cron_aside.bats - gf-cron run: GF_ON_FAILURE, --ping, --stats.

load helper

# A curl that notes the URL it was given, and its words.
fake_curl() {
  mkdir bin
  # shellcheck disable=SC2016
  printf '#!/bin/sh\necho "$*" >>words\nsed -n "s/^url = \\"\\(.*\\)\\"$/\\1/p" >>pings\n%s\n' "${1-}" >bin/curl
  chmod +x bin/curl
  PATH=$PWD/bin:$PATH
}

# shellcheck disable=SC2016
@test "GF_ON_FAILURE: runs once, after the last try, knows the run and reads its output" {
  gf-cron run -q - <<<'@start GF_ID=x GF_RETRIES=1 GF_RETRY_DELAY=1ms GF_ON_FAILURE="cat >>tail; echo $GF_ID $GF_EXIT/$GF_SIGNAL $GF_OUTCOME ${GF_DUE%T*} >>told" echo boom; exit 3'
  [ "$(cat told)" = "x 3/ failed $(date -u +%F)" ]
  [ "$(cat tail)" = boom ]
}

# shellcheck disable=SC2016
@test "GF_ON_FAILURE: a signal, a time limit; nothing after a run that went well" {
  gf-cron run -q - <<<'@start GF_ON_FAILURE="echo $GF_EXIT/$GF_SIGNAL >>told" kill -9 $$'
  [ "$(cat told)" = /9 ]
  gf-cron run -q - <<<'@start GF_TIMEOUT=50ms GF_ON_FAILURE="echo $GF_OUTCOME >told" sleep 9'
  [ "$(cat told)" = timeout ]
  gf-cron run -q - <<<'@start GF_ON_FAILURE="touch none" true'
  [ ! -e none ]
}

@test "GF_ON_FAILURE: reads the last 4 KiB" {
  gf-cron run -q - <<<'@start GF_ON_FAILURE="cat >tail" seq 10000; exit 1' >all
  [ "$(wc -l <all)" = 10000 ]
  tail -c 4096 <(seq 10000) | cmp - tail
}

@test "--ping: start and end, /fail after a failure" {
  fake_curl
  gf-cron run -q --ping http://h/id - <<<$'@start false'
  [ "$(sort pings | tr '\n' ' ')" = 'http://h/id/fail http://h/id/start ' ]
  rm pings
  gf-cron run -q --ping http://h/id -e @start -- true
  [ "$(sort pings | tr '\n' ' ')" = 'http://h/id http://h/id/start ' ]
}

@test "--ping: the URL is in nobody's command line" {
  fake_curl
  gf-cron run -q --ping http://h/secret1 -e '@start' -n 1 -- sh -c 'tr "\0" "\n" </proc/$PPID/cmdline >ours'
  gf-cron run -q --ping=http://h/secret2 -e '@start' -n 1 -- sh -c 'tr "\0" "\n" </proc/$PPID/cmdline >>ours'
  grep -q -- --ping ours
  ! grep secret ours words || fails 'the URL can be listed'
  grep -q secret1 pings && grep -q secret2 pings
  [ "$(sort -u words)" = '-q -g --proto =http,https -fsS -o /dev/null -m 10 --retry 3 -K -' ] || fails "$(cat words)"
}

@test "--ping: what is special to curl in a URL is passed on, and only http is spoken" {
  echo x >file
  PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  cat >server <<'END'
import http.server, sys
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        open("asked", "a").write(self.path + "\n")
        self.send_response(200 if "ok" in self.path else 404)
        self.end_headers()
    def log_message(self, *a): pass
s = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), H)
open("up", "w").close()
s.serve_forever()
END
  python3 server "$PORT" 3>&- &
  server=$!
  until_true test -e up
  run -0 gf-cron run -q --ping "http://127.0.0.1:$PORT/ok{a,b}[1-2]\"q\\" -n 1 -e @start -- true
  [ -z "$output" ] || fails "$output"
  run -0 gf-cron run -q --ping "http://127.0.0.1:$PORT/gone" -n 1 -e @start -- true
  kill "$server"
  [ "$(sort asked | head -n 4 | tail -n 2)" = '/ok{a,b}[1-2]"q\
/ok{a,b}[1-2]"q\/start' ] || fails "$(cat asked)"
  expect_text 'gf-cron: ping: curl: (22) '
  run -0 gf-cron run -q --ping "file://$PWD/file?" -n 1 -e @start -- true
  expect_text 'gf-cron: ping: curl: (1) '
}

@test "--ping: what curl says is whole lines of ours" {
  fake_curl 'printf one >&2; sleep 0.1; printf "_line\\n\033[31mtwo" >&2'
  run -0 gf-cron run -q --ping http://h/id -n 1 -e @start -- true
  [ "$(sort <<<"$output")" = 'gf-cron: ping: \x1b[31mtwo
gf-cron: ping: \x1b[31mtwo
gf-cron: ping: one_line
gf-cron: ping: one_line' ] || fails "$output"
}

@test "--ping: a ping that hangs holds no job up" {
  fake_curl 'sleep 5'
  gf-cron run -q -j1 --ping http://h/id - <<<$'@start GF_ID=a touch a\n@start GF_ID=b touch b' 3>&- &
  pid=$!
  for _ in $(seq 40); do
    [ -e a ] && [ -e b ] && break
    sleep 0.05
  done
  [ -e a ] && [ -e b ]
  kill "$pid"
  sleep 0.3 # two signals at once are one
  kill "$pid"
  wait "$pid" || :
}

@test "--ping: without a curl the jobs run, and a warning says so" {
  ln -s "$(command -v gf-cron)" . && ln -s "$(command -v touch)" .
  PATH=$PWD run gf-cron run --ping http://h/id -e @start -- touch ran
  expect_status 0
  expect_text 'cannot run a ping through curl'
  [ -e ran ]
}

@test "--stats=prom --stats-file: the numbers of the run" {
  gf-cron run -q --stats=prom --stats-file x.prom - <<<$'@start GF_ID=a true\n@start GF_ID=b false'
  grep -qx 'gf_cron_runs_ok_total 1' x.prom
  grep -qx 'gf_cron_runs_failed_total 1' x.prom
  grep -qx 'gf_cron_jobs 2' x.prom
}
