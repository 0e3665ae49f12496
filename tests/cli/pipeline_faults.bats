#!/usr/bin/env bats
# pipeline_faults.bats - every way in which a stage can die or answer wrongly, in every mode of a stage.
# The head of pipeline_faults.bash says how a table is read.

# shellcheck disable=SC2016,SC2034,SC2154
load helper
load pipeline_faults

@test "faults: none" {
  table none <<'END'
map 0 once -
each 0 once -
batch 0 once -
filter 0 once -
END
}

@test "faults: ends at once" {
  table ends <<'END'
map 125 once crash,exit
map 123 once crash,exit --on-crash-loop=dead
each 0 lines -
batch 0 - -
filter 0|125 - -
END
}

@test "faults: fails at once" {
  table fails <<'END'
map 125 once crash,exit
map 125 once crash --retries 9 --retry-delay 0
each 123 once exit
each 123 once exit --retries 2 --retry-delay 1ms
batch 123 once exit
batch 123 once exit --retries 2 --retry-delay 1ms
filter 123|125 - -
END
}

@test "faults: ends with a record" {
  table ends r05 <<'END'
map 123 once exit
map 123 once exit --retries 2 --retry-delay 1ms
map 123 once exit --retries 2 --retry-delay 0 --window 3
each 0 lines -
batch 0 - -
filter 0|125 - -
END
}

@test "faults: kills itself with a record" {
  table killed r05 <<'END'
map 123 once signal
map 123 once signal --retries 2 --retry-delay 1ms
map 123 once signal --window 1
each 123 once signal
each 123 once signal --retries 2 --retry-delay 0
batch 123 once signal
batch 123 once signal --retries 2 --retry-delay 1ms
filter 123|125 - -
END
}

@test "faults: half a record and then death" {
  table half r05 <<'END'
map 123 once signal
map 123 once signal --retries 1 --retry-delay 1ms
each 123 once signal
batch 123 once signal
filter 123|125 - -
END
}

@test "faults: half a record and then death, at the start" {
  table half <<'END'
map 125 once crash,signal
each 123 once signal
batch 123 once signal
filter 123|125 - -
END
}

@test "faults: answers twice" {
  table twice <<'END'
map 125 lines *
each 0 some -
batch 0 some -
filter 0 some -
END
}

@test "faults: answers twice, once" {
  table twice r05 <<'END'
map 125 lines *
each 0 some -
batch 0 some -
filter 0 some -
END
}

@test "faults: answers before it was asked" {
  table early <<'END'
map 125 lines *
each 0 - -
batch 0 - -
filter 0 - -
END
}

@test "faults: answers with a megabyte" {
  table mega r05 <<'END'
map 0 lines -
map 123 once oversize --max-record=64K
each 0 lines -
each 123 once oversize --max-record=64K
batch 0 lines -
batch 123 once oversize --max-record=64K
filter 0 lines -
filter 125 - - --max-record=64K
END
}

@test "faults: fails after each record" {
  table last <<'END'
map 0|123 once *
map 0|123 once * --retries 1 --retry-delay 0
each 123 once exit
batch 123 once exit
filter 123|125 - -
END
}

@test "faults: ends after three records" {
  table three <<'END'
map 0|123 once *
map 0|123 once * --retries 1 --retry-delay 0
each 0 once -
batch 0 - -
filter 0|125 - -
END
}

@test "faults: what becomes of the record" {
  table killed r05 <<'END'
map 123 out - --on-error pass
each 123 out - --on-error pass
batch 123 out - --on-error pass
map 123 - - --on-error drop
each 123 - - --on-error drop
batch 123 - - --on-error drop
map 123 once * --on-error stop
each 123 once * --on-error stop
batch 123 once * --on-error stop
END
}

@test "faults: between other stages" {
  before=(--stage first -- cat :::)
  behind=(::: --stage last -- cat)
  table killed r05 <<'END'
map 123 once signal
map 123 out - --on-error pass
map 123 once * --on-error stop
each 123 once signal --retries 1 --retry-delay 1ms
batch 123 once signal
filter 123|125 - *
END
}

@test "faults: behind it another one fails" {
  behind=(::: --stage next --mode each -j2 -- "$GF_AID/misfit" fails r10)
  table killed r05 <<'END'
map 123 once exit,signal
each 123 once exit,signal
batch 123 some exit,signal
END
}

@test "faults: in any order" {
  unordered=1 whole=(--unordered)
  table killed r05 <<'END'
map 123 once signal
map 123 once signal --retries 2 --retry-delay 1ms
map 123 out - --on-error pass
map 123 once * --on-error stop
each 123 once signal --retries 2 --retry-delay 0
batch 123 once signal --retries 2 --retry-delay 1ms
END
}

@test "faults: a filter that reads no more than a part" {
  seq 100000 >in
  for words in 'head -n 3' 'misfit killed 7' 'misfit leaves 7'; do
    read -r -a cmd <<<"${words/misfit/$GF_AID/misfit}"
    for watch in '' '--stats=json --stats-file stats'; do
      # A pipe between two filters has whoever is left as its reader, as in a shell.
      [ "$words:$watch" != 'misfit leaves 7:' ] || continue
      for behind in '' '::: --stage next --mode filter -- cat'; do
        # shellcheck disable=SC2086
        run --separate-stderr timeout -s KILL 20 gf-pipeline $watch --stage first --mode filter -- cat \
          ::: --stage bad --mode filter -- "${cmd[@]}" $behind <in
        expect_status 125
        [[ $stderr == *"stage 'bad' ended before its input did"* ]] || fails "$words $watch $behind: $stderr"
      done
    done
  done
}

@test "faults: a filter that closes its input and ends well has not read all" {
  run timeout -s KILL 20 gf-pipeline --stage bad --mode filter -- \
    sh -c 'read -r x; exec <&-; : >closed; sleep 1; echo "$x"' < <(echo 1 && until_true test -e closed && echo 2)
  expect_status 125
}

# Each cut of the input into pieces gives the same letters.
@test "faults: the answer of a batch belongs to all its records" {
  seq 4 >in
  for cut in 4 2; do
    { head -n "$cut" in && { [ "$cut" = 4 ] || sleep 0.3; } && tail -n "+$((cut + 1))" in; } |
      gf-pipeline --dead "dead$cut" --stage a --mode batch=4 -- cat \
        ::: --stage b -- "$GF_AID/misfit" killed 2 >"out$cut" || [ $? = 123 ]
    [ "$(paste -sd, "out$cut")" = 1,3,4 ]
    jq -c '[.seq, .records, .input, .origin]' "dead$cut"
  done >letters
  [ "$(sort -u letters)" = '[1,4,"2","1\n2\n3\n4"]' ]
}

@test "faults: a filter that fails is named, with no count of records that failed" {
  run --separate-stderr gf-pipeline --stage a --mode filter -- sh -c 'cat; exit 3' </dev/null
  expect_status 123
  [ "$stderr" = "gf-pipeline: stage 'a' failed: exit status 3" ]
  for watch in '' --stats; do
    # shellcheck disable=SC2086
    run --separate-stderr gf-pipeline $watch --stage a --mode filter -- sh -c 'cat; kill -9 $$' ::: --stage b --mode filter -- cat < <(seq 9)
    expect_status 123
    [ "$(head -n 1 <<<"$stderr")" = "gf-pipeline: stage 'a' failed: signal 9" ]
  done
}

@test "faults: half a record behind the last answer is one too many" {
  run --separate-stderr gf-pipeline --stage a -- sh -c 'cat; printf more' < <(seq 3)
  expect_status 125
  [[ $stderr == *"stage 'a': its command wrote 1 record more than it was given"* ]]
  [ "$output" = $'1\n2\n3' ]
}

@test "faults: a map that answers all and then fails is told" {
  for how in 'exit 3:exit status 3' 'kill -9 $$:signal 9'; do
    run --separate-stderr gf-pipeline --stage a -- sh -c "cat; ${how%:*}" < <(seq 3)
    expect_status 123
    [ "$stderr" = "gf-pipeline: stage 'a': its command answered all and then failed: ${how#*:}" ]
  done
  run --separate-stderr gf-pipeline -q --stage a -- sh -c 'cat; exit 3' < <(seq 3)
  [ "$status:$stderr" = 123: ]
}
