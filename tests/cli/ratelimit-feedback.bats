#!/usr/bin/env bats
# gf-ratelimit --feedback: for single keys, and what lines there are; ratelimit-clock.bats has
# feedback for all.

load helper

# starts WORDS...: gf-ratelimit with feedback from the file `back`, records by the fifo that is open at 7, to `out`.
starts() {
  : >>back
  mkfifo in
  gf-ratelimit --feedback back "$@" <in >out 2>err 3>&- &
  pid=$!
  exec 7>in
  until_true has_read "$pid" back
}
ends() {
  exec 7>&-
  wait "$pid"
}
# count KEY: how many records of the key have passed.
count() { grep -c "^$1 " out; }
# says LINE...: feedback, until it was read.
says() {
  printf '%b\n' "$@" >>back
  until_true has_read "$pid" back
}

# A key of 40/s at half the rate, with a step or two, against one at the full rate.
@test "feedback: slow for a key halves the rate of that key alone" {
  starts -K 1 40/s
  printf 'a 0\n' >&7
  until_true test -s out
  says 'slow\ta'
  for i in $(seq 60); do printf 'a %s\nb %s\nc %s\n' "$i" "$i" "$i"; done >&7
  until_true grep -qx 'b 60' out
  between 20 "$(count a)" 45 # 31 and the steps of a window; 60 at the full rate
  until_true grep -qx 'c 60' out
  exec 7>&-
  kill "$pid"
}

@test "feedback: 429 for a key halves its rate, and a time pauses the key" {
  starts -K 1 40/s
  says '429\ta'
  printf 'd 0\n' >&7 # the feedback is applied before the record
  until_true test -s out
  for i in $(seq 60); do printf 'a %s\nb %s\n' "$i" "$i"; done >&7
  says '429 2\tc'
  printf 'c 1\nc 2\n' >&7
  until_true grep -qx 'b 20' out
  grep -qx 'a 1' out
  run -1 grep '^c' out
  until_true grep -qx 'b 60' out
  between 20 "$(count a)" 45
  until_true grep -qx 'c 2' out
  exec 7>&-
  kill "$pid"
}

@test "feedback: fast for a key brings back the rate of that key" {
  starts -K 1 40/s
  says 'slow\ta' 'slow\tb'
  printf 'd 0\n' >&7
  until_true test -s out
  for i in 1 2 3 4 5 6 7 8 9 10; do says 'fast\ta'; done
  for i in $(seq 60); do printf 'a %s\nb %s\n' "$i" "$i"; done >&7
  until_true grep -qx 'a 60' out
  between 20 "$(sed '/^a 60$/q' out | grep -c '^b ')" 45
  exec 7>&-
  kill "$pid"
}

@test "feedback: a key keeps its order and loses nothing, whatever comes" {
  starts -K 1 --jitter 50 1000/s
  for i in $(seq 300); do printf 'a %s\nb %s\n' "$i" "$i"; done >&7
  for i in $(seq 10); do says 'slow\ta' '429 0.05\tb' 'fast\ta' '429\tb'; done
  ends
  cmp <(grep a out) <(seq 300 | sed 's/^/a /')
  cmp <(grep b out) <(seq 300 | sed 's/^/b /')
}

# The pause of a key ends at its time, also when the rate of all is lowered meanwhile.
@test "feedback: for all keys leaves the end of a key's pause where it is" {
  starts -K 1 --min 1/s 1000/s
  says '429 2\ta'
  local from=$SECONDS
  printf 'a 1\nb 1\n' >&7
  until_true test -s out
  for i in 1 2 3 4 5 6; do
    sleep 0.2
    says slow
  done
  until_true grep -qx 'a 1' out
  [ $((SECONDS - from)) -le 15 ] # else it would be two minutes
  ends
}

# The stop puts the clock of the limits back by what it lasted. The records of b go by that clock.
@test "feedback: a stop leaves the end of a key's pause where it is" {
  starts -K 1 20/s
  says '429 4\ta'
  { for i in $(seq 200); do echo "b $i"; done && echo 'a 1'; } >&7
  until_true has_lines out 5
  kill -STOP "$pid"
  local passed
  passed=$(count b)
  sleep 4.5
  kill -CONT "$pid"
  until_true grep -qx 'a 1' out
  [ "$(sed '/^a/q' out | grep -c '^b')" -le $((passed + 20)) ] # 70 and more, with the stop on top
  exec 7>&-
  kill "$pid"
}

@test "feedback: many lines for keys hold up no record, however many are held" {
  seq 200000 | sed 's/^/a /' >many
  : >back
  mkfifo in
  gf-ratelimit -K 1 --buffer 300000 --feedback back 1/h <in >out 3>&- &
  pid=$!
  exec 7>in
  cat many >&7
  seq 5000 | sed 's/^/429 3600\tx/' >>back
  until_true has_read $pid back
  local from=$SECONDS
  echo b >&7
  until_true grep -qx b out
  [ $((SECONDS - from)) -le 5 ]
  exec 7>&-
  kill "$pid"
}

@test "--jitter with -K looks at no other record" {
  seq 200000 | sed 's/^/a /' >many
  gf-ratelimit -K 1 --jitter 50 --buffer 300000 1/h <many >out 3>&- &
  pid=$!
  until_true has_read $pid many
  kill "$pid"
}

@test "feedback: a time that is not understood counts as 429 without one, and is told once" {
  starts --stats=json 100/s
  says '429 soon' '503 later' '429 Wed, 21 Oct 2026'
  until_true grep -q 'hint:' err
  ends
  [ "$(grep -c 'is not understood' err)" -eq 1 ]
  grep -q "feedback '429 soon' has a time that is not understood: it counts as 429 without one" err
  tail -n 1 err | jq -e '.refusals == 3 and .speed < 1'
}

@test "feedback: a duration and an RFC 3339 time are taken" {
  starts 100/s
  says '429 3600s'
  echo 1 >&7
  until_true is_still out
  [ ! -s out ]
  exec 7>&-
  kill "$pid"
  wait "$pid" || true
  rm in back
  starts 100/s
  says "429 $(date -u -d '+1 hour' +%Y-%m-%dT%H:%M:%SZ)"
  echo 1 >&7
  until_true is_still out
  [ ! -s out ]
  exec 7>&-
  kill "$pid"
}

@test "feedback: lines from before the start are passed by, --feedback-from-start takes them" {
  printf '429 3600\n429 36' >back
  starts 100/s
  says '00' # the rest of a line from before
  seq 3 >&7
  until_true has_lines out 3
  ends
  [ ! -s err ]
  rm in
  starts --feedback-from-start 100/s
  seq 3 >&7
  until_true is_still out
  [ ! -s out ]
  exec 7>&-
  kill "$pid"
}

@test "feedback: a pause holds for what was saved up, too" {
  for how in '' '-c 1' '-K 1' '--strict' 'unlimited -K 1' 'unlimited -c 1'; do
    rm -f in back
    # shellcheck disable=SC2086
    case $how in
      unlimited*) starts $how ;;
      --strict) starts --strict 50/s ;;
      *) starts -b 50 $how 50/s ;;
    esac
    says '429 3600'
    printf '%s\n' 1 1 1 1 >&7
    until_true is_still out
    [ ! -s out ]
    exec 7>&-
    kill "$pid"
    wait "$pid" || true
  done
}

@test "feedback: a key that was paused starts with one record, not with its burst" {
  starts -K 1 -b 50 1/s
  says '429 3\ta'
  for i in $(seq 30); do echo "a $i"; done >&7
  until_true is_still out
  [ ! -s out ]
  until_true test -s out
  [ "$(count a)" -le 5 ] # one, and one in 2 s
  exec 7>&-
  kill "$pid"
}
