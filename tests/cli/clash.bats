# clash.bats - an output that is one of the inputs is refused, in every tool, and nothing is lost.

load helper

inputs() {
  printf '%s\n' '@in 1h :' >in
  ln -s in symbolic
  ln in hard
}

# refused COMMAND: sh says it; 2, a message, and the input is as it was.
refused() {
  run timeout 10 sh -c "$1"
  [ "$status" = 2 ] || fails "$1: status $status: $output"
  [[ $output == *'is the same file as the input'*hint:* ]] || fails "$1: $output"
  [ "$(cat in)" = '@in 1h :' ] || fails "$1: the input is now $(head -c 200 in)"
}

@test "clash: an output that is the same file as an input is refused, and the input is whole" {
  inputs
  while read -r line; do refused "$line"; done < <(built <<'END'
gf-fetch -a in --failed in
gf-fetch -a in --stats-file hard
gf-fetch -a in --report hard
gf-fetch -a in >>in
gf-fetch <in >>symbolic
gf-buffer --append in <in
gf-buffer --append symbolic <in
gf-buffer --append hard <in
gf-buffer --append fd:5 <in 5>>in
gf-buffer --tee in <in
gf-buffer --tee hard <in
gf-buffer --tee fd:5 <in 5>>in
gf-buffer --stats-file in <in
gf-buffer <in >>in
gf-buffer <in >>symbolic
gf-pipeline --dead in --stage s -- cat <in
gf-pipeline --dead hard --stage s -- cat <in
gf-pipeline --dead symbolic --stage s -- cat <in
gf-pipeline --dead fd:5 --stage s -- cat <in 5>>in
gf-pipeline --dead dead --commit in --stage s -- cat <in
gf-pipeline --report in --stage s -- cat <in
gf-pipeline --events in --stage s -- cat <in
gf-pipeline --stats-file in --stage s -- cat <in
gf-pipeline --stage s --tee in -- cat <in
gf-pipeline --stage s -- cat <in >>symbolic
gf-pipeline --replay in --dead in --stage s -- cat
gf-pipeline --replay in --stage s --tee hard -- cat
gf-pool --worker -a in --failed in cat
gf-pool --worker -a in --failed symbolic cat
gf-pool --worker -a in --failed hard cat
gf-pool -a in --stats-file in true
gf-pool -a in --report hard true
gf-pool -a in --events in true
gf-pool -a in --events fd:5 true 5>>in
gf-pool -a in --joblog in true
gf-pool -a in --joblog +in true
gf-pool --stats-file in true :::: in
gf-pool --stats-file in true <in
gf-pool -a in echo >>in
gf-pool echo <in >>symbolic
gf-pool -j @in --events in true ::: a
gf-stream --from in sort peek in
gf-stream --from in sort peek hard
gf-stream --from in filter . >>in
gf-stream --from - filter . <in >>in
gf-stream filter . <in >>hard
gf-stream --stats-file in --from in sort
gf-stream --from /dev/null except in peek in
gf-stream --from /dev/null filter --patterns in peek in
gf-ratelimit 5/s --reject in in
gf-ratelimit 5/s --reject fd:5 in 5>>in
gf-ratelimit 5/s in >>in
gf-ratelimit 5/s <in >>in
gf-ratelimit 5/s --stats-file in in
gf-ratelimit 5/s -K 1 --key-rates in --stats-file in /dev/null
gf-ratelimit 5/s --feedback in --reject in /dev/null
gf-cron next --table in >>in
gf-cron check in >>in
gf-cron show in >>in
gf-cron show -o hard in
gf-cron emit in >>in
gf-cron run in >>in
gf-cron run --stats-file in in
gf-cron run -S ./in in
END
  )
}

@test "clash: standard error that is the input is refused, where a run would feed itself" {
  inputs
  while read -r line; do
    run timeout 10 sh -c "$line"
    expect_status 2
    [ "$(head -n 1 in)" = '@in 1h :' ]
    [ "$(wc -l <in)" -lt 5 ] # the message is there
    printf '%s\n' '@in 1h :' >in
  done < <(built <<'END'
gf-pool -v -a in echo 2>>in
gf-stream filter . peek - <in 2>>in >/dev/null
gf-fetch --stats -a in 2>>in >/dev/null
gf-stream --stats --from in count 2>>in
gf-pipeline --stats --stage s -- cat <in 2>>in >/dev/null
gf-buffer --stats <in 2>>in >/dev/null
gf-ratelimit --stats 100/s in 2>>in >/dev/null
gf-cron run in 2>>in
END
  )
}

@test "clash: a job log that is gone on with, and a state, are inputs too" {
  same() {
    cp "$1" was
    run timeout 10 sh -c "$2"
    [ "$status" = 2 ] || fails "$2: status $status: $output"
    cmp "$1" was || fails "$2: $1 has changed"
  }
  gf-pool -q --joblog log false ::: a || :
  same log 'gf-pool --joblog log --resume-failed --stats-file log false ::: a'
  same log 'gf-pool --joblog log --resume --report log false ::: a b'
  same log 'gf-pool --joblog log --retry-failed --events log'
  printf 'a\n' >in
  gf-ratelimit -S ./lim 100/s in >/dev/null
  same lim 'gf-ratelimit -S ./lim --reject ./lim -w 0 2/s in'
  same lim 'gf-ratelimit -S ./lim --stats --stats-file ./lim 20/s in'
  same lim 'gf-ratelimit -S ./lim --status >>lim'
  gf-cron run -q -S ./db -e @start -- true
  same db 'gf-cron run -q -S ./db --stats --stats-file db -e @start -- true'
  ! has_fetch || same lim 'gf-fetch --etag-store lim -a /dev/null >>lim'
  same db 'gf-cron history -S ./db >>db'
  same db 'gf-cron status -S ./db >>db'
  gf-queue put ./q <in
  for line in 'gf-queue list ./q >>q' 'gf-queue status ./q >>q' 'gf-queue put ./q <q' 'gf-queue put ./q in ./q' 'gf-queue take ./q >>q' \
    'gf-pool --queue ./q --until-empty --report q true' 'gf-pool --queue ./q --until-empty --events q true' \
    'gf-pool --queue ./q --until-empty true >>q'; do
    same q "$line"
  done
  printf -- '--stage s -- cat\n' >chain
  same chain 'gf-pipeline --chain chain --dead chain </dev/null'
  printf '@start GF_LOG=./tab echo more\n' >tab
  same tab 'gf-cron check tab'
  same tab 'gf-cron run -q tab'
  printf '@start GF_LOG=./db echo more\n' >logs
  same db 'gf-cron run -q -S ./db logs'
  expect_text "is the same file as the state, "
  printf 'old\n' >there
  printf '@start GF_LOG=../%s/there echo more\n' "${PWD##*/}" >logs
  same there 'gf-cron run -q --stats --stats-file there logs'
  printf '@start GF_LOG=new echo more\n' >logs
  same logs 'gf-cron run -q --stats --stats-file new logs'
  [ ! -e new ]
  gf-cron run -q --stats --stats-file other logs
  grep -q more new
}

@test "clash: two outputs in one file are refused, whether it is there or not" {
  : >there
  for pair in '--failed there --joblog there' '--failed new --joblog new' '--report new --events new' '--events new --stats-file new'; do
    # shellcheck disable=SC2086
    run gf-pool $pair false ::: a
    expect_status 2
    [ ! -e new ]
  done
  for pair in '--dead there --events there' '--dead new --events new' '--dead new --commit new' '--report new --stats-file new' '--dead new --report new'; do
    # shellcheck disable=SC2086
    run gf-pipeline $pair --stage s -- cat </dev/null
    expect_status 2
    [ ! -e new ]
  done
  run gf-pipeline --dead new --stage s --tee new -- cat </dev/null
  expect_status 2
  run gf-pipeline --stage s --tee new -- cat ::: --stage t --tee new -- cat </dev/null
  expect_status 2
  [ ! -e new ]
  for name in there new; do
    has_fetch || continue
    run gf-fetch --failed $name --stats-file $name http://127.0.0.1:1/
    expect_status 2
    run gf-fetch --etag-store $name --failed $name http://127.0.0.1:1/
    expect_status 2
    [ ! -e new ]
  done
  for pair in '--append new --tee new' '--append there --tee there' '--tee new --tee new' '--tee new --stats-file new' \
    '--append new --stats-file new' '--append there --stats-file there'; do
    # shellcheck disable=SC2086
    run gf-buffer $pair </dev/null
    expect_status 2
    [ ! -e new ]
  done
  gf-pool --events /dev/null --report /dev/null true ::: a
  gf-buffer --append /dev/null --tee /dev/null --stats-file /dev/null </dev/null
}

@test "clash: an output of gf-pipeline that is its standard output or error is refused, unless both append" {
  for line in '--dead there --stage s -- cat >there' '--dead there --stage s -- cat 2>there' '--events there --stage s -- cat >there' \
    '--stage s --tee there -- cat >there' '--stage s --tee there -- cat >>there' \
    '--report there --stage s -- cat >>there' '--stats --stats-file there --stage s -- cat >there'; do
    : >there
    run timeout 10 sh -c "{ gf-pipeline $line; echo \$? >rc; } 2>err" </dev/null
    [ "$(cat rc)" = 2 ] || fails "$line: $(cat rc err)"
    grep -h 'is the same file as standard' there err || fails "$line: $(cat there err)"
  done
  for line in '--dead there' '--dead fd:1' '--dead /dev/stdout'; do
    : >there
    seq 6 >in
    # shellcheck disable=SC2086
    run appending gf-pipeline -q $line --stage s --mode each -- sh -c 'read -r x; echo "$x"; [ "$x" != 3 ]'
    expect_status 123
    [ "$(grep -c '^[0-9]$' there) $(jq -r 'objects.origin' there)" = '5 3' ] || fails "$line: $(cat there)"
  done
}

appending() { timeout 10 "$@" <in >>there; }

@test "clash: no tool replaces the file that its standard output or standard error goes to" {
  seq 3 >in
  for line in 'gf-pool --report there echo' 'gf-pool --stats-file there echo' 'gf-pool --events there echo' \
    'gf-pool --failed there echo' 'gf-ratelimit 1000/s --stats-file there' 'gf-ratelimit 1000/s --reject there' \
    'gf-stream --stats-file there limit 2' 'gf-buffer --tee there' 'gf-buffer --stats-file there' 'gf-cron run -n1 -e @start --stats-file there -- true'; do
    for into in '>there' '2>there'; do
      : >there
      run timeout 10 sh -c "$line <in $into; echo \$? >rc"
      [ "$(cat rc)" = 2 ] || fails "$line $into: $(cat rc there)"
    done
  done
  gf-pool --stats-file /dev/stdout true <in >there
  grep -q '^jobs 3' there
}

@test "clash: terminals, pipes and /dev/null may be both" {
  inputs
  gf-stream filter . </dev/null >/dev/null
  [ "$(printf 'a\n' | gf-stream filter . | cat)" = a ]
  gf-pool true </dev/null >/dev/null
  gf-pipeline --dead /dev/null --events /dev/null --stage s --tee /dev/null -- cat </dev/null >/dev/null
  gf-ratelimit 1000/s --reject /dev/null /dev/null >/dev/null
  run timeout 10 script -qec 'gf-stream --from /dev/tty limit 0 && echo fine' /dev/null </dev/null
  expect_text fine
  gf-stream --from in sort peek other >out # another file beside the input
  cmp in other
  cmp in out
}
