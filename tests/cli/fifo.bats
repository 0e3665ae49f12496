#!/usr/bin/env bats
# fifo.bats - an input that is a fifo without a writer holds up nothing that goes on without it.

load helper

teardown() {
  [ -z "${tool:-}" ] || kill -KILL "$tool" 2>/dev/null || :
}

# ended: the tool is there no more, or only until it is waited for.
ended() { ! grep -q '^State:.[^Z]' "/proc/$tool/status"; }

# begin CMD...: runs it with a file `in` of the lines "a 1", "a 2", and a fifo.
begin() {
  printf 'a 1\na 2\n' >in
  rm -f out err
  mkfifo fifo
  "$@" </dev/null >out 2>err 3>&- &
  tool=$!
}

# comes_and_goes: the lines of `in` are there before the fifo has a writer; its own lines follow.
comes_and_goes() {
  until_true has_lines out 2 || return 1
  echo 'b 3' >fifo
  wait "$tool"
  tool=
  [ "$(sort out)" = $'a 1\na 2\nb 3' ] || fails "not the records: $(cat out err)"
}

@test "gf-ratelimit: records that are held pass while the next file has no writer" {
  begin gf-ratelimit -K 1 5/s in fifo
  comes_and_goes
}

@test "gf-ratelimit: the leaky bucket goes on, too" {
  begin gf-ratelimit --leaky 5/s in fifo
  comes_and_goes
}

@test "gf-ratelimit: a file that ends is followed by the next, whatever the way through the limits" {
  printf 'a 1' >one
  for way in unlimited 1MiB/s 1000/s '-w 1 1000/s' '-K 1 1000/s' '--strict 1000/s' '-S ./s 1000/s'; do
    # shellcheck disable=SC2086
    run -0 gf-ratelimit $way one one /dev/null one
    [ "$output" = 'a 1a 1a 1' ] || fails "$way: $output"
  done
}

@test "gf-pool: jobs go on, and a signal is heard" {
  begin gf-pool -k -a in -a fifo echo
  comes_and_goes
  rm fifo
  begin gf-pool -k -a in -a fifo echo
  until_true has_lines out 2
  kill -TERM "$tool"
  wait "$tool" || [ $? -eq 143 ]
}

@test "gf-pool: the names of --header may come from a fifo" {
  rm -f out err
  mkfifo fifo
  (sleep 0.3 && printf 'name\nx\n' >fifo) 3>&- &
  run -0 gf-pool -d , --header -a fifo echo {name}
  [ "$output" = x ]
  (sleep 0.3 && printf 'x\n' >fifo) 3>&- &
  run -0 gf-pool echo :::: fifo
  [ "$output" = x ]
}

@test "gf-fetch: a signal is heard while a fifo has no writer, and lines are fetched while it stays open" {
  has_fetch || return 0
  begin gf-fetch -a fifo
  until_true is_asleep "$tool"
  kill -TERM "$tool"
  wait "$tool" || [ $? -eq 143 ]
  tool=
  rm fifo
  begin gf-fetch -k --retries 0 -a fifo
  exec 8>fifo
  echo http://127.0.0.1:1/ >&8
  until_true has_lines out 1 || fails "$(cat err)"
  echo x >&8
  exec 8>&-
  wait "$tool" || [ $? -eq 123 ]
  tool=
  [ "$(jq -c '[.seq, .error]' out | tr '\n' ' ')" = '[1,"connect"] [2,"bad_request"] ' ] || fails "$(cat out err)"
}

@test "gf-stream: prints what it has" {
  begin gf-stream --from in --from fifo filter .
  comes_and_goes
}

@test "gf-stream: a signal ends it while except reads" {
  begin gf-stream --from in except fifo
  until_true is_asleep "$tool"
  kill -TERM "$tool"
  wait "$tool" || [ $? -eq 143 ]
  [ ! -s err ]
}

@test "a request for status neither ends a tool nor interrupts the opening of a fifo" {
  local line
  echo a | gf-pipeline -q --dead letters --stage s --mode each -- false || [ $? -eq 123 ]
  while read -r line; do
    # shellcheck disable=SC2086
    begin $line
    until_true grep -qx "${line%% *}" "/proc/$tool/comm"
    until_true is_asleep "$tool"
    kill -USR1 "$tool"
    case $line in
    *-o* | *--stats* | *peek* | *--reject* | *--joblog* | *--failed* | *--events* | *--report* | *--dead* | *--tee* | *--append*)
      timeout 20 cat fifo >got || : ;;
    gf-cron*) timeout 20 sh -c 'echo "@start true" >fifo' || : ;;
    gf-pipeline*--chain*) timeout 20 sh -c 'echo "--stage s -- cat" >fifo' || : ;;
    gf-pipeline*) timeout 20 sh -c 'cat letters >fifo' || : ;;
    *) timeout 20 sh -c 'echo sort >fifo' || : ;;
    esac
    wait "$tool" || fails "$line: $(cat err)"
    tool=
    rm fifo
  done <<'END'
gf-stream --from fifo collect
gf-stream --chain fifo
gf-stream --from in except fifo
gf-stream --from in filter --patterns fifo
gf-stream --from in peek fifo
gf-stream --from in -o fifo collect
gf-stream --from in --stats-file fifo collect
gf-ratelimit -o fifo 1000/s in
gf-ratelimit --stats-file fifo 1000/s in
gf-ratelimit --reject fifo 1/h in
gf-pool -a fifo echo
gf-pool echo :::: fifo
gf-pool --header -d , -a fifo echo
gf-pool --dry-run -a fifo echo
gf-pool --joblog fifo echo ::: a
gf-pool --failed fifo echo ::: a
gf-pool --events fifo echo ::: a
gf-pool --report fifo echo ::: a
gf-pool --stats --stats-file fifo echo ::: a
gf-buffer --append fifo
gf-buffer --tee fifo
gf-buffer --stats-file fifo
gf-pipeline --dead fifo --stage s --mode each -- false
gf-pipeline --events fifo --stage s -- cat
gf-pipeline --report fifo --stage s -- cat
gf-pipeline --stage s --tee fifo -- cat
gf-pipeline --stats-file fifo --stage s -- cat
gf-pipeline --chain fifo
gf-pipeline --replay fifo --stage s -- cat
gf-cron run fifo
gf-cron check fifo
gf-cron show fifo
gf-cron emit fifo
END
  [ -s got ]
}

@test "gf-stream, gf-ratelimit: a fifo that nobody reads is waited for at the start, and a signal ends that" {
  local line
  for line in 'gf-stream --stats-file fifo collect' 'gf-ratelimit --stats-file fifo 1000/s'; do
    # shellcheck disable=SC2086
    begin $line
    until_true grep -qx "${line%% *}" "/proc/$tool/comm"
    until_true is_asleep "$tool"
    kill -TERM "$tool"
    until_true ended || fails "$line: goes on"
    wait "$tool" || [ $? -eq 143 ]
    tool=
    [ ! -s err ] || fails "$line: $(cat err)"
    # shellcheck disable=SC2086
    run -125 $line <in
    [ "${lines[0]}" = "${line%% *}: cannot write statistics to 'fifo': nobody reads it" ] || fails "$output"
    rm fifo
  done
}

@test "gf-cron: a table from a fifo is not read again" {
  begin gf-cron run fifo
  echo '@daily GF_ID=a true' >fifo
  until_true grep -q . err
  kill -HUP "$tool"
  until_true grep -q 'no file to read again' err
  kill -TERM "$tool"
  wait "$tool"
}
