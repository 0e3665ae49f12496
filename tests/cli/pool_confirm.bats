#!/usr/bin/env bats
# pool_confirm.bats - gf-pool --confirm: each job is asked for on the terminal.

load helper

# typed COMMAND...: on a terminal of its own, with the steps of standard input; `screen` has what it showed.
typed() { "$GF_AID/typist" 20 env "PATH=$PATH" bash -c "$1; echo status \$?" >screen || fails "$(tail -n 4 screen | cat -v)"; }

@test "confirm: y runs, n does not, other words are asked again, q ends; records come from elsewhere" {
  typed 'seq 5 | gf-pool -j1 -k --joblog log --events ev --confirm -s "echo ran \$1 >>out"' <<END
wait 'echo ran \$1 >>out' sh 1? (y/n/a/q) 
type y$(printf '\r')
wait sh 2? (y/n/a/q) 
type n$(printf '\r')
wait sh 3? (y/n/a/q) 
type maybe$(printf '\r')
wait sh 3? (y/n/a/q) 
type  Yes$(printf '\r')
wait sh 4? (y/n/a/q) 
type q$(printf '\r')
wait status 0
END
  [ "$(<out)" = $'ran 1\nran 3' ]
  [ "$(awk 'NR > 1 { print $1 }' log | tr '\n' ' ')" = '1 3 ' ]
  [ "$(jq -r 'select(.event == "skipped") | .job' ev)" = 2 ]
}

@test "confirm: a is yes to all, the end of the terminal's input is q, a failure stays one" {
  typed 'gf-pool -j1 --confirm -s "echo ran \$1 >>out; [ \$1 != 2 ]" ::: 1 2 3' <<END
wait sh 1? (y/n/a/q) 
type n$(printf '\r')
wait sh 2? (y/n/a/q) 
type a$(printf '\r')
wait status 123
END
  [ "$(<out)" = $'ran 2\nran 3' ]
  typed 'gf-pool -j1 --confirm touch ::: one two' <<END
wait touch one? (y/n/a/q) 
type $(printf '\004')
wait status 0
END
  [ ! -e one ] && [ ! -e two ]
}

@test "confirm: control bytes of a record do not reach the terminal, --retries asks once" {
  typed 'printf "\033[31mx\n" | gf-pool --confirm --retries 2 -s "echo \$GF_ATTEMPT >>out; exit 1"' <<END
wait [31mx
wait (y/n/a/q) 
type y$(printf '\r')
wait status 123
END
  [ "$(<out)" = $'1\n2\n3' ]
  run ! grep -q $'\033\[31m' screen
}

@test "confirm: without a terminal it is an error, and nothing runs" {
  run -2 setsid -w gf-pool --confirm touch ::: one
  expect_text '--confirm asks on the terminal, and there is none'
  [ ! -e one ]
  typed 'gf-pool --confirm touch' <<END
wait would both be typed
wait status 2
END
  run -2 gf-pool --confirm --dry-run echo ::: a
  run -2 gf-pool --confirm --worker cat ::: a
  run -2 gf-pool -p echo ::: a
  expect_text 'is --confirm here'
}
