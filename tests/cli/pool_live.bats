#!/usr/bin/env bats
# pool_live.bats - gf-pool -k --line-buffer: lines as they come, in the order of the input.

load helper

@test "live: the first job prints as it goes, the others wait for their turn and go on then" {
  gf-pool -j3 -k --line-buffer -s '
    case $1 in
      1) echo 1a; printf half; until [ -e one ]; do sleep 0.02; done; echo " 1b" ;;
      2) echo 2a; touch two; until [ -e end ]; do sleep 0.02; done; printf 2b ;;
      3) echo 3a; touch three ;;
    esac' ::: 1 2 3 >out 3>&- &
  until_true [ -e two -a -e three ]
  until_true grep -q 1a out
  [ "$(<out)" = 1a ]
  touch one
  until_true grep -q 2a out
  [ "$(<out)" = $'1a\nhalf 1b\n2a' ]
  touch end
  wait $!
  [ "$(<out)" = $'1a\nhalf 1b\n2a\n2b\n3a' ]
}

@test "live: much output of all jobs, a slow reader, tags, retries" {
  seq 4 | gf-pool -j4 -k --line-buffer -s 'head -c 2000000 /dev/zero | tr "\0" "$1" | fold -w 99; echo' |
    { sleep 0.2; cat; } >out
  for n in 1 2 3 4; do head -c 2000000 /dev/zero | tr '\0' "$n" | fold -w 99; echo; done | cmp - out
  run -0 gf-pool -k --line-buffer --tag -s 'printf "a\nb"' ::: x y
  [ "$output" = $'x\ta\nx\tb\ny\ta\ny\tb' ]
  run -0 gf-pool -j1 -k --line-buffer --retries 1 -s 'printf "$GF_ATTEMPT"; [ "$GF_ATTEMPT" = 2 ]' ::: x y
  [ "${lines[-1]}" = 2 ]
  run -123 gf-pool -q -k --line-buffer --max-output 6 -s 'printf "a\nb\ncdef\n"' ::: x y
  [ "$(grep -v gf-pool <<<"$output")" = $'a\nb\na\nb' ]
}
