#!/usr/bin/env bats
# cron_state.bats - gf-cron run -S, history, pause, resume.

load helper

@test "history: outcome, exit status, seconds" {
  gf-cron run -q -S ./db - <<<$'@start GF_ID=a true\n@start GF_ID=b exit 3'
  run gf-cron history -S ./db
  expect_status 0
  [ "$(cut -f1,5,6 <<<"$output")" = $'a\tok\t0\nb\tfailed\t3' ]
  run gf-cron history -S ./db --failed --format json
  [ "$(jq -r .job <<<"$output")" = b ]
  run gf-cron history -S ./db --since 2099-01-01
  [ -z "$output" ]
  run gf-cron history -S ./db --job a
  [ "${#lines[@]}" -eq 1 ]
}

@test "state: what ran when the scheduler was killed was interrupted" {
  gf-cron run -S ./db - <<<$'@start GF_ID=x echo >up; sleep 30' 3>&- <&0 &
  for _ in $(seq 200); do [ -s up ] && break; sleep 0.05; done
  [ -s up ]
  kill -KILL $!
  wait $! || true
  run gf-cron run -S ./db - <<<$'@start GF_ID=y true'
  expect_text '1 runs were interrupted'
  [ "$(gf-cron history -S ./db --job x | cut -f5)" = interrupted ]
}

@test "state: two schedulers on one file run each due time once" {
  printf '@every 1s GF_ID=x echo >>n\n' >t
  gf-cron run -q -S ./db t 3>&- &
  a=$!
  gf-cron run -q -S ./db t 3>&- &
  b=$!
  sleep 3.3
  kill -TERM $a $b
  wait $a $b
  [ "$(wc -l <n)" -eq "$(gf-cron history -S ./db | grep -c ok)" ]
  [ "$(wc -l <n)" -le 4 ]
}

@test "pause: a job is skipped, resume lets it go" {
  gf-cron run -q -S ./db -e @start -- true
  gf-cron pause -S ./db job
  sleep 1.1
  run gf-cron run -S ./db -e @start -- echo no
  expect_text skipped
  gf-cron resume -S ./db job
  sleep 1.1
  run gf-cron run -S ./db -e @start -- echo yes
  expect_text 'job: yes'
  run gf-cron pause -S ./db nobody
  expect_status 1
}

@test "state: a file of something else is refused and stays as it is" {
  echo 'not a database' >db
  run gf-cron run -S ./db -e @start -- touch ran
  expect_status 125
  [ ! -e ran ]
  [ "$(cat db)" = 'not a database' ]
}

@test "state: --keep forgets, but for the last run" {
  gf-cron run -q -S ./db -e @start -- true
  sleep 1.1
  gf-cron run -q -S ./db -e @start -- true
  sleep 2.1
  gf-cron run -q -S ./db --keep 1s -e '@at 2020-01-01' -- true
  [ "$(gf-cron history -S ./db | wc -l)" -eq 1 ]
}

@test "state: @start runs at each start, however quick they follow" {
  for _ in 1 2 3 4; do gf-cron run -q -S ./db -e @start -- sh -c 'echo >>ran'; done
  [ "$(wc -l <ran)" -eq 4 ]
  [ "$(gf-cron history -S ./db | wc -l)" -eq 4 ]
}

@test "state: what a killed scheduler left running is seen as interrupted at once" {
  echo '@start GF_ID=x echo >up; sleep 30' >t
  gf-cron run -S ./db t </dev/null 3>&- &
  for _ in $(seq 200); do [ -s up ] && break; sleep 0.05; done
  [ "$(gf-cron status -S ./db | cut -f1,2)" = $'x\trunning' ]
  [ "$(gf-cron history -S ./db | cut -f5)" = running ]
  [ -z "$(gf-cron history -S ./db --failed)" ]
  kill -KILL $!
  wait $! || true
  [ "$(gf-cron status -S ./db | cut -f1,2,4)" = $'x\tidle\tinterrupted' ]
  [ "$(gf-cron history -S ./db --failed | cut -f4,5)" = $'-\tinterrupted' ]
}

@test "state: a damaged file is refused and stays as it is" {
  for i in $(seq 200); do echo "@start GF_ID=job-with-a-long-name-$i true"; done >t
  gf-cron run -q -S ./db t
  [ "$(stat -c %s db)" -gt 16384 ]
  dd if=/dev/urandom of=db bs=4096 seek=2 count=1 conv=notrunc 2>/dev/null
  cp db was
  run gf-cron run -S ./db -e @start -- touch ran
  expect_status 125
  expect_text damaged
  [ ! -e ran ]
  cmp db was
}
