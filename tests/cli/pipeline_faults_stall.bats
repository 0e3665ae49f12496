#!/usr/bin/env bats
# pipeline_faults_stall.bats - every way in which a stage can stall, in every mode of a stage, and what ends it.
# The head of pipeline_faults.bash says how a table is read.

# shellcheck disable=SC2016,SC2034,SC2154
load helper
load pipeline_faults

@test "faults: reads nothing" {
  records=6
  table idle <<'END'
map 123 once timeout -t 300ms
each 123 once timeout -t 300ms
batch 123 once timeout -t 300ms
batch 123 once timeout -t 100ms --retries 1 --retry-delay 1ms
END
}

@test "faults: stalls with a record" {
  table idle r05 <<'END'
map 123 once timeout -t 300ms
map 123 once timeout -t 300ms --retries 2 --retry-delay 1ms
map 123 once timeout -t 300ms --window 2
each 123 once timeout -t 2s
batch 123 once timeout -t 2s
END
}

@test "faults: ignores SIGTERM" {
  table deaf r05 <<'END'
map 123 once timeout -t 300ms --kill-after 100ms
map 123 once timeout -t 300ms --kill-after 100ms --retries 1 --retry-delay 0
each 123 once timeout -t 2s --kill-after 100ms
batch 123 once timeout -t 2s --kill-after 100ms
END
}

@test "faults: stopped by SIGSTOP" {
  table stopped r05 <<'END'
map 123 once timeout -t 300ms
each 123 once timeout -t 2s
batch 123 once timeout -t 2s
END
}

@test "faults: closes its output and lives" {
  table mute r05 <<'END'
map 123 once signal
map 123 once timeout -t 300ms
each 123 once timeout -t 2s
batch 123 once timeout -t 2s
END
}

@test "faults: closes its input and lives" {
  table closed r05 <<'END'
map 123 once timeout -t 300ms
each 123 once timeout -t 2s
batch 123 once timeout -t 2s
END
}

@test "faults: floods standard error" {
  table floods <<'END'
map 0 once -
each 0 once -
batch 0 once -
filter 0 once -
END
}

@test "faults: leaves a process that has its pipes" {
  table leaves r05 <<'END'
map 123 once exit
each 0 lines -
batch 0 - -
filter 0|125 - -
END
}

@test "faults: the time in all stages is over" {
  whole=(--total-timeout 400ms)
  table idle r05 <<'END'
map 123 once timeout
map 123 out - --on-error pass
each 123 once timeout
batch 123 once timeout
END
}

# No limit is a filter's: the second SIGTERM ends it, or the end of the draining.
@test "stalls: a filter" {
  input
  for fault in 'idle' 'idle r05' 'deaf r05' 'mute r05' 'closed r05' 'stopped r05'; do
    name=${fault// /-}
    # shellcheck disable=SC2086
    launch "$name" --drain 100ms --stage bad --mode filter --kill-after 100ms -- "$GF_AID/misfit" $fault \
      ::: --stage next -- cat
    (until_true grep -q '"started"' "$name/events" && kill -TERM "$(cat "$name/pid")") 3>&- &
    echo "$name 143|137 - *" >>table
  done
  judge
}

@test "stalls: a batch larger than what waits for a stage otherwise" {
  seq 100000 >in
  timeout -s KILL 20 gf-pipeline --stage a --mode batch=20000 -- wc -l <in >out
  [ "$(sort -u out)" = 20000 ]
  timeout -s KILL 20 gf-pipeline --stage a -- cat ::: --stage b --mode batch=30000 -j2 -- wc -l <in >out
  [ "$(paste -sd, out)" = 30000,30000,30000,10000 ]
}

# What a batch waits for is held in an earlier stage.
@test "stalls: waiting for a batch costs no processor time" {
  not_sanitized 'strace'
  needs_ptrace
  seq 20 >in
  strace -e trace=epoll_wait,epoll_pwait -e signal=none -o turns gf-pipeline --stage a --mode each -j4 -- \
    sh -c 'read -r x; [ "$x" != 1 ] || sleep 1; echo "$x"' ::: --stage b --mode batch=100,10ms -- cat <in >out
  cmp in out
  [ "$(wc -l <turns)" -lt 1000 ] || fails "$(wc -l <turns) turns of the loop"
}

@test "stalls: the time in all stages is over while no process is up" {
  # shellcheck disable=SC2016
  seq 12 | timeout -s KILL 20 gf-pipeline --total-timeout 50ms --dead dead --stage a -- \
    sh -c '[ -e second ] && exec sleep 100; : >second; exit 1' >out 2>err || [ $? = 123 ]
  [ ! -s out ] && [ "$(jq .seq dead | sort -n | paste -sd,)" = "$(seq -s, 12)" ]
}

# a is tried again and waits behind b, which waits for `go`; it comes to an end by a's time, not by its own.
@test "stalls: who stands in front of a record whose time is over is given to the next process" {
  cat >child <<'END'
while read -r x; do
  case $x in
  a) [ -e a ] || { : >a; exit 1; }; sleep 100 ;;
  b) [ -e b ] || { : >b; sleep 100; } ;;
  esac
  echo "$x"
done
END
  (echo a && sleep 1.5 && echo b) | timeout -s KILL 30 gf-pipeline --total-timeout 3s --retries 3 --retry-delay 1700ms \
    --dead dead --stage a -- sh child >out 2>err || [ $? = 123 ]
  [ "$(cat out)" = b ] && [ "$(jq -r .origin dead)" = a ]
}

@test "stalls: a filter whose output is a full pipe that does not block" {
  seq 100000 >in
  "$GF_AID/nonblock" 1 gf-pipeline --stage a --mode filter -- cat ::: --stage b --mode filter -- cat <in |
    { sleep 0.3 && cmp - in; }
}
