#!/usr/bin/env bats
# pool_terminal.bats - jobs of gf-pool that want the terminal.

load helper

@test "terminal: a job that stops to read it is told once, and -t ends it" {
  "$GF_AID/typist" 20 env "PATH=$PATH" bash -c \
    'gf-pool -j2 -t 1s --events ev -s "[ \$1 = a ] || read -r x </dev/tty" ::: a b; echo status $?' >screen <<'END'
wait job 2 stopped: it wants to read the terminal, which it does not get
wait hint:
wait status 124
END
  [ "$(grep -c 'stopped:' screen)" -eq 1 ]
  [ "$(jq -r 'select(.event == "stopped") | [.job, .signal] | join(" ")' ev)" = '2 21' ]
}

@test "terminal: a worker that stops is told; a job that somebody else stops is not" {
  run -124 gf-pool --worker -j1 -t 0.3s -s 'kill -TTOU $$; cat' ::: a
  expect_text 'worker 1 stopped: it wants to set the terminal'
  run -124 gf-pool -t 0.3s -s 'kill -STOP $$' ::: a
  [[ "$output" != *stopped* ]]
}
