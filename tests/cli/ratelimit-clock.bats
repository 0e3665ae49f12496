#!/usr/bin/env bats
# gf-ratelimit --strict, --leaky, --ramp, --jitter and --feedback: other ways to spend a rate.

load helper

ms() { echo $(($(date +%s%N) / 1000000)); }

# took_at_least MS: since $start.
took_at_least() { [ $(($(ms) - start)) -ge "$1" ]; }

@test "--strict lets all of a window pass at once, and then none until it is over" {
  start=$(ms)
  seq 25 | gf-ratelimit --strict 10/400ms >out
  took_at_least 799
  cmp out <(seq 25)
}

@test "--strict keeps the time the rate was written for" {
  seq 100 | gf-ratelimit --strict 60/m >out 3>&- & # not one a second
  pid=$!
  until_true has_lines out 60
  until_true is_still out
  [ "$(wc -l <out)" -eq 60 ]
  kill "$pid"
}

@test "--strict holds with several rates, costs and bytes" {
  start=$(ms)
  seq 12 | gf-ratelimit --strict -r 5/300ms -r 100/s >out
  took_at_least 599
  cmp out <(seq 12)
  start=$(ms)
  printf 'a 6\nb 4\nc 1\n' | gf-ratelimit --strict -c 2 10/300ms >out
  took_at_least 299
  start=$(ms)
  yes 1234567 | head -5 | gf-ratelimit --strict 16B/200ms >out
  took_at_least 399
  [ "$(wc -c <out)" -eq 40 ]
}

@test "--strict: what no window can ever hold ends it, or goes another way" {
  run gf-ratelimit --strict -c 2 10/s <<<$'a 1\nb 11\nc 1'
  expect_status 75
  [ "${lines[0]}" = 'a 1' ]
  [[ "${lines[1]}" == *'record 2 weighs more than any window may hold' ]]
  run -0 bash -c "printf 'a 1\nb 11\nc 1\n' | gf-ratelimit --strict -c 2 --drop 10/s"
  [ "$output" = $'a 1\nc 1' ]
}

@test "--strict over the limit: dropped beyond the window" {
  run -0 bash -c 'seq 50 | gf-ratelimit --strict --drop 7/h'
  [ "$output" = "$(seq 7)" ]
}

@test "--leaky holds a bufferful and is over the limit beyond it" {
  run bash -c 'seq 7 | gf-ratelimit --leaky --buffer 5 --drop --stats=json 5/s 2>stats'
  expect_status 0
  [ "$output" = "$(seq 6)" ] # NG02: one passes, five wait, the seventh is refused
  [ "$(jq .refused stats)" = 1 ]
  run bash -c 'seq 7 | gf-ratelimit --leaky --buffer 5 5/s'
  expect_status 75
  [[ "$output" == *'record 7 is over the limit'* ]]
  seq 7 | gf-ratelimit --leaky --buffer 5 5/s --reject rest >out
  [ "$(cat rest)" = 7 ]
}

@test "--leaky does not hold up who writes, and drains at the rate" {
  start=$(ms)
  { seq 30000; ms >wrote; sleep 0.3; } | gf-ratelimit --leaky --buffer 4 --drop 20/s >out
  took_at_least 190
  # The first, the four of the buffer, and one each 50 ms for as long as the writer took.
  between 5 "$(wc -l <out)" $((6 + ($(cat wrote) - start) / 50))
}

@test "--leaky with keys: what is held is counted over all" {
  run -0 bash -c "printf 'a 1\nb 1\na 2\nb 2\na 3\n' | gf-ratelimit --leaky --buffer 2 -K 1 --drop 5/s"
  [ "$(sort <<<"$output" | tr '\n' ' ')" = 'a 1 a 2 b 1 b 2 ' ]
}

@test "--ramp begins slowly" {
  start=$(ms)
  seq 10 | gf-ratelimit --ramp 1s 20/s >out # the tenth is due when 450 ms have been earned
  took_at_least 940
  cmp out <(seq 10)
}

@test "--jitter only delays, and keeps the order" {
  start=$(ms)
  seq 11 | gf-ratelimit --jitter 100% 40/s >out
  took_at_least 249
  cmp out <(seq 11)
  printf 'a 1\na 2\nb 1\na 3\nb 2\n' | gf-ratelimit --jitter 50 -K 1 40/s >out
  [ "$(grep a out | tr '\n' ' ')" = 'a 1 a 2 a 3 ' ]
}

@test "feedback: 429 with a time pauses everything" {
  mkfifo back
  exec 5<>back
  seq 10000 | gf-ratelimit --feedback back 50/s >out 3>&- 5>&- &
  pid=$!
  until_true has_lines out 3
  echo '429 3600' >&5
  until_true is_still out
  kill "$pid"
  exec 5>&-
}

@test "feedback: a pause ends, and nothing is lost" {
  mkfifo back
  exec 5<>back
  start=$(ms)
  seq 20 | gf-ratelimit --feedback back --stats=json 100/s >out 2>stats 3>&- 5>&- &
  until_true test -s out
  echo '429 1' >&5
  wait
  exec 5>&-
  took_at_least 1000
  cmp out <(seq 20)
  jq -e '.refusals == 1 and .speed < 1' stats
}

@test "feedback: slow halves the rate, once a window" {
  echo slow >said
  for i in 1 2 3 4; do echo slow; done >>said
  start=$(ms)
  { sleep 0.3; seq 21; } | gf-ratelimit --feedback said --feedback-from-start 40/s >out
  took_at_least 1150 # 0.3 s and 20 intervals at half the rate, with a step or two at the end
  [ $(($(ms) - start)) -lt 12000 ] # and not at a thirty-second of it, which is 16 s
}

@test "feedback: from a descriptor, and its end is no end" {
  { sleep 0.1; seq 5; } | gf-ratelimit --feedback fd:5 1000/s 5< <(printf 'ok\nok') >out
  cmp out <(seq 5)
}

@test "feedback: a line that is none is told of once" {
  printf 'what\x1b[31m\nok\nwhy\n' >said
  mkfifo in
  gf-ratelimit --feedback said --feedback-from-start 100/s <in >out 2>err 3>&- &
  exec 7>in
  until_true grep -q 'hint:' err
  exec 7>&-
  wait $!
  [ "$(grep -c 'is not understood' err)" -eq 1 ]
  [[ "$(cat err)" != *$'\x1b'* ]]
  run -125 gf-ratelimit --feedback nosuch 1/s </dev/null
}

@test "feedback: what cannot be read is 125, and the records pass" {
  mkfifo in
  gf-ratelimit --feedback . 1/s <in >out 2>err 3>&- & # a directory
  pid=$!
  exec 7>in
  until_true grep -q "cannot read the feedback '.'" err
  echo a >&7
  exec 7>&-
  status=0
  wait $pid || status=$?
  expect_status 125
  [ "$(cat out)" = a ]
}

@test "feedback: one key is paused, the others go on" {
  mkfifo back
  exec 5<>back
  { for i in $(seq 40); do printf 'a %s\nb %s\n' "$i" "$i"; done; } >in
  gf-ratelimit -K 1 --feedback back 20/s <in >out 3>&- 5>&- &
  pid=$!
  until_true has_lines out 4
  printf '429 3600\ta\n' >&5
  until_true grep -qx 'b 40' out
  [ "$(grep -c a out)" -lt 40 ]
  kill "$pid"
  exec 5>&-
}

# Who takes the records writes feedback first, more than a pipe holds: nobody waits for the other.
@test "feedback: is read even while nobody reads the output" {
  mkfifo back
  yes | head -c 1000000 | timeout 20 gf-ratelimit --feedback back unlimited 3>&- |
    { yes ok | head -n 200000 >back; wc -c; } >out
  [ "$(cat out)" -eq 1000000 ]
}

@test "what these do not go with is usage" {
  while read -r words; do
    # shellcheck disable=SC2086
    run gf-ratelimit $words
    expect_status 2
    [[ "$output" == *hint:* ]]
  done <<'END'
--strict -S ./s 10/s
--strict -b 5 10/s
--strict -K 1 10/s
--strict 2.5/s
--strict 100000000/h
--leaky --ordered 10/s
--ramp 1s -S ./s 10/s
--jitter 9 -S ./s 10/s
--feedback f -S ./s 10/s
--key-rates f -K 1 -S ./s 10/s
--feedback-from-start 10/s
--min 1/s 10/s
--min 20/s --feedback f 10/s
--min 1MiB/s --feedback f 10/s
--key-rates f 10/s
--key-rates f -K 1 -r 1/s -r 2/s
END
  run -2 gf-ratelimit --jitter 101 10/s
  run -2 gf-ratelimit --jitter x% 10/s
}

@test "what a state does not go with has a reason of its own, and a way out where there is one" {
  run -2 gf-ratelimit -S ./s --feedback f 10/s
  [[ "$output" == *'slows down one process, and the others go on; --set is for all'* ]]
  run -2 gf-ratelimit -S ./s -K 1 --key-rates f 10/s
  [[ "$output" == *'the state has one rate for all keys'* ]]
  run -2 gf-ratelimit -S ./s --strict 10/s
  [[ "$output" == *'no room for the times of a window'* ]]
  run -2 gf-ratelimit -S ./s --jitter 9 10/s
  [[ "$output" == *'take turns at different times already'* ]]
}
