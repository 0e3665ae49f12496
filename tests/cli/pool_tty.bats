#!/usr/bin/env bats
# pool_tty.bats - gf-pool --tty: one job at a time has the terminal.

load helper

# typed COMMAND...: on a terminal of its own, with the steps of standard input; `screen` has what it showed.
typed() { "$GF_AID/typist" 20 env "PATH=$PATH" bash -c "$1; echo status \$?" >screen || fails "$(tail -n 6 screen | cat -v)"; }

@test "tty: each job reads what is typed, one after the other, and the terminal comes back" {
  typed 'gf-pool --tty --joblog log -s "printf \"name \$1? \"; read x; echo got \$x >>out" ::: 1 2; read y; echo last $y >>out' <<END
wait name 1? 
type a$(printf '\r')
wait name 2? 
type b$(printf '\r')
type c$(printf '\r')
wait status 0
END
  [ "$(<out)" = $'got a\ngot b\nlast c' ] || fails "$(cat out)"
  [ "$(awk 'NR > 1 { print $7 ":" $8 }' log | tr '\n' ' ')" = '0:0 0:0 ' ]
}

@test "tty: Ctrl-C ends the job that has the terminal, and then the run" {
  # A shell between fork and exec of a command can miss the signal; awk has nothing to start.
  typed 'trap : INT; gf-pool --tty awk "BEGIN { print ARGV[1] >>\"out\"; close(\"out\"); print \"up\"; fflush(); getline <\"-\" }" ::: 1 2' <<END
wait up
type $(printf '\003')
wait status 130
END
  [ "$(<out)" = 1 ]
}

@test "tty: settings that a job left behind are put back" {
  typed 'stty -a >before; gf-pool --tty -s "stty -echo raw; kill -9 \$\$" ::: 1; stty -a >after' <<END
wait status 0
END
  cmp before after
}

@test "tty: Ctrl-Z stops the job and gf-pool, and both go on" {
  # An interactive shell, which has job control.
  "$GF_AID/typist" 20 env "PATH=$PATH" PS1='ready> ' bash --norc --noprofile -i >screen <<END || fails "$(tail -n 6 screen | cat -v)"
wait ready> 
type gf-pool --tty -s 'trap "echo back-\$1" CONT; echo go-\$1; until read x; do :; done; echo got \$x >out' ::: now$(printf '\r')
wait go-now
type $(printf '\032')
wait Stopped
type fg$(printf '\r')
wait back-now
type word$(printf '\r')
wait ready> 
type exit$(printf '\r')
END
  [ "$(<out)" = 'got word' ]
}

@test "tty: without a terminal, or with what does not go with it, is usage" {
  run setsid --wait gf-pool --tty true ::: 1 </dev/null
  expect_status 2
  expect_text 'gf-pool: --tty gives jobs the terminal, and there is none: /dev/tty'
  for option in -j2 -k --tag --worker --pipe --progress --confirm '--max-output 1K'; do
    # shellcheck disable=SC2086
    run gf-pool --tty $option true ::: 1 </dev/null
    expect_status 2
    expect_text "--tty does not go with ${option%%[12 ]*}"
  done
}
