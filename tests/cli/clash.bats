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
  while read -r line; do refused "$line"; done <<'END'
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
}

@test "clash: terminals, pipes and /dev/null may be both" {
  inputs
  gf-stream filter . </dev/null >/dev/null
  [ "$(printf 'a\n' | gf-stream filter . | cat)" = a ]
  gf-pool true </dev/null >/dev/null
  gf-ratelimit 1000/s --reject /dev/null /dev/null >/dev/null
  run timeout 10 script -qec 'gf-stream --from /dev/tty limit 0 && echo fine' /dev/null </dev/null
  expect_text fine
  gf-stream --from in sort peek other >out # another file beside the input
  cmp in other
  cmp in out
}
