#!/usr/bin/env bats
# pool_max_output.bats - gf-pool --max-output SIZE: a job that writes more is ended, and has failed.

load helper

stderr= # of run --separate-stderr

@test "max-output: a job that never ends its output is ended, and its whole lines are printed" {
  run -123 --separate-stderr timeout 20 gf-pool -k --max-output 1000 --joblog log --events ev --results r \
    -s '[ "$1" = b ] && exec yes 123456789; echo "$1"' ::: a b c
  [ "$(grep -c '^123456789$' <<<"$output")" -eq 100 ]
  [ "${#lines[@]}" -eq 102 ]
  [[ "$stderr" == *'job 2 wrote more than 1000B, and is ended'*'first: job 2, wrote too much'* ]]
  [ "$(awk -F '\t' '$1 == 2 { print $6, $7, $8 }' log)" = '1000 0 15' ]
  [ "$(jq -r 'select(.event == "ended" and .job == 2) | [.reason, .signal] | join(" ")' ev)" = 'output 15' ]
  [ "$(<r/2/status)" = 143 ]
  [ "$(wc -c <r/2/stdout)" -eq 1000 ]
}

@test "max-output: as the one job that decides for --halt it has failed, as a time limit gives 124" {
  local when
  for when in now soon; do
    run -123 timeout 20 gf-pool -q --halt $when,fail=1 --max-output 10 yes ::: a
    run -124 timeout 20 gf-pool -q --halt $when,fail=1 -t 0.1 sleep ::: 60
  done
}

@test "max-output: both streams together count, as much as the limit is no failure" {
  run -0 gf-pool --max-output 8 -s 'printf 123\\n; printf 456\\n >&2' ::: a
  run -123 gf-pool -q --max-output 7 -s 'printf 123\\n; printf 456\\n >&2' ::: a
  run -123 --separate-stderr gf-pool -q --max-output 0 echo ::: a
  [ -z "$output" ]
}

@test "max-output: half a line is not printed, however it came, held on disk, or with a tag" {
  run -123 --separate-stderr gf-pool -q --max-output 10 -s 'printf "one\ntw"; sleep 0.1; printf "o\nthree, and more\n"' ::: a
  [ "$output" = $'one\ntwo' ]
  run -123 --separate-stderr gf-pool -q --max-output 10 --tag --line-buffer -s 'printf "one\ntw"; sleep 0.1; printf "o three and more\n"' ::: a
  [ "$output" = $'a\tone' ]
  run -123 --separate-stderr gf-pool -q --max-output 9 --tag -s 'printf "one\ntw"; sleep 0.1; printf "o three and more\n"' ::: a
  [ "$output" = $'a\tone' ]
  # The unfinished line is longer than memory holds: it is taken off the file.
  gf-pool -q --max-output 3M -s 'echo first; head -c 4M /dev/zero' ::: a >out 2>err || [ $? -eq 123 ]
  echo first | cmp - out
}

@test "max-output: a job that was done before all was read has failed too, and so has one that exits with 0" {
  run -123 gf-pool -q --joblog log --max-output 10 -s 'echo 12345678901234567890' ::: a
  [ "$(awk -F '\t' 'NR == 2 { print $7, $8 }' log)" = '0 15' ]
  run -123 gf-pool -q --max-output 10 -s 'trap "exit 0" TERM; while :; do echo 12345; done' ::: a
  run -123 timeout 20 gf-pool -q --kill-after 0.1s --max-output 10 -s 'trap "" TERM; while echo 12345; do :; done' ::: a
}

@test "max-output: --retries and --failed take it as a failure" {
  run -0 gf-pool --max-output 10 --retries 1 -s '[ "$GF_ATTEMPT" = 2 ] || exec yes; echo mended' ::: a
  expect_text mended
  run -123 gf-pool -q --max-output 10 --failed bad yes ::: a b
  [ "$(sort bad)" = $'a\nb' ]
}

@test "max-output: what a job left in the background is cut, and that is no success" {
  # The second job starts when the first one is over.
  run -123 timeout 20 gf-pool -j1 --max-output 10 -s '
    case $1 in
      1) { until [ -e go ]; do sleep 0.05; done; exec yes; } & echo a ;;
      2) touch go; sleep 0.3 ;;
    esac' ::: 1 2
  expect_text 'job 1 left something running that wrote more than 10B; the rest is lost'
}
