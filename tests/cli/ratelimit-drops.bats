#!/usr/bin/env bats
# gf-ratelimit --report-drops, --drop-marker: what was over the limit, while the run goes on.

load helper

# markers FILE: the sum of the numbers of the markers `M N`.
markers() { awk '$1 == "M" { n += $2 } END { print n + 0 }' "$1"; }

@test "--report-drops: the first, the number of a period and the sum come while nothing is read" {
  for how in '' '-K 1' '--strict' '-S ./s' '-w 1' '--leaky --buffer 1'; do
    rm -f feed s err
    mkfifo feed
    # shellcheck disable=SC2086
    gf-ratelimit --drop $how --report-drops 200ms --drop-marker 'M {n}' 1/h <feed >out 2>err 3>&- &
    pid=$!
    exec 5>feed
    printf 'a\na\na\na\na\n' >&5
    over=4
    [ "$how" != '--leaky --buffer 1' ] || over=3
    until_true grep -q "within the limit again: $over records over the limit in " err
    kill "$pid"
    wait "$pid" || true
    exec 5>&-
    who=
    [ "$how" != '-K 1' ] || who="'a': "
    [ "$(head -1 err)" = "gf-ratelimit: ${who}over the limit since record $((6 - over))" ]
    grep -q "^gf-ratelimit: ${who}[1-4] records* over the limit in the last 200ms\$" err
    [ "$(head -1 out)" = a ]
    [ "$(markers out)" = "$over" ]
  done
}

@test "--report-drops: a record that waits does not hold up a report" {
  for how in '' '-K 1'; do
    rm -f err
    # shellcheck disable=SC2086
    printf 'a 1\na 9\na 1\n' | gf-ratelimit --drop -c 2 -w 1h $how --report-drops 100ms 3/2h >out 2>err 3>&- &
    pid=$!
    until_true grep -q 'within the limit again: 1 record over the limit in ' err
    kill "$pid"
    wait "$pid" || true
  done
}

@test "--drop-marker: with the markers nothing is missing" {
  seq 1000 | sed 's/^.*\(.\)$/\1 &/' >in
  for how in '' '-K 1' '-r 1MiB/s' '-S ./s' '-S ./k -K 1' '-w 1ms' '--leaky --buffer 3' '--strict'; do
    # shellcheck disable=SC2086
    gf-ratelimit $how --drop --report-drops 1ms --drop-marker 'M {n}' -r 1000/s in >out 2>err
    [ $(($(markers out) + $(grep -vc ^M out))) = 1000 ]
    rm -f s k
  done
}

@test "--drop-marker: number and key, and the rest of the text as it is" {
  printf 'a 1\nb 1\na 2\na 3\n\n\n' | gf-ratelimit -q --drop -K 1 --report-drops 1h --drop-marker '{"n":{n},"of":"{key}",{x}{' 1/h >out
  [ "$(tail -n +4 out)" = $'{"n":2,"of":"a",{x}{\n{"n":1,"of":"",{x}{' ]
  printf 'a\0b\0' | gf-ratelimit -0 --drop --report-drops 1h --drop-marker 'M{n}' 1/h 2>err | cmp - <(printf 'a\0M1\0')
  [ "$(tail -1 err | sed 's/ in .*//')" = 'gf-ratelimit: at the end: 1 record over the limit' ]
}

@test "--drop-marker stands on a line of its own behind a record without a newline" {
  run -0 bash -c "printf 'a 1\na 2\nb 1' | gf-ratelimit -q --drop -K 1 --report-drops 1h --drop-marker M 1/h"
  [ "$output" = $'a 1\nb 1\nM' ]
}

@test "--report-drops: keys beyond the table, or --max-keys, are counted together" {
  { seq 1500 && seq 1500 && seq 1500; } >in
  gf-ratelimit --drop -K 1 --report-drops 1h 1/h in 2>err >/dev/null
  grep -q '^gf-ratelimit: other keys: over the limit since record 2501$' err
  grep -q '^gf-ratelimit: other keys: at the end: 1000 records over the limit in ' err
  grep -q "^gf-ratelimit: '1000': at the end: 2 records over the limit in " err
  printf '%s 1\n' a a b b c c c | gf-ratelimit --drop -K 1 --max-keys 2 --report-drops 1h 1/h 2>err >/dev/null
  [ "$(tail -1 err | sed 's/ in .*//')" = 'gf-ratelimit: other keys: at the end: 2 records over the limit' ]
}

@test "--report-drops: --reject keeps the records, and 0 reports nothing" {
  run -0 bash -c 'seq 5 | gf-ratelimit --reject no --report-drops 1h 1/h'
  [ "$output" != 1 ]
  [ "$(cat no)" = "$(seq 2 5)" ]
  expect_text 'at the end: 4 records over the limit in '
  run -0 bash -c 'seq 5 | gf-ratelimit --drop --report-drops 0 --drop-marker M 1/h'
  [ "$output" = 1 ]
}

@test "--report-drops is refused where nobody would hear it" {
  run -2 gf-ratelimit -q --drop --report-drops 1s 1/s
  expect_text '--drop-marker'
  run -2 gf-ratelimit --report-drops 1s -w 1 1/s
  expect_text '--report-drops needs --drop or --reject'
}

@test "--stats names the keys that were most over the limit" {
  for k in $(seq 12); do yes "k$k" | head -n $((k + 1)); done >in
  gf-ratelimit --drop -K 1 --stats=json --stats-file s 1/h in >/dev/null
  [ "$(jq -c '.refused_keys | map(.name)' s)" = '["k12","k11","k10","k9","k8","k7","k6","k5","k4","k3"]' ]
  [ "$(jq -c '.refused_keys[9]' s)" = '{"name":"k3","count":3,"at_least":3}' ]
  gf-ratelimit --reject no -K 1 --stats 1/h 2>err >/dev/null <<<$'a\na'
  grep -qx "refused_keys 'a' 1" err
  gf-ratelimit --drop --stats=json 1/h in 2>s >/dev/null
  [ "$(jq 'has("refused_keys")' s)" = false ]
}

@test "--stats finds a key among more than are counted apart" {
  awk 'BEGIN { for (i = 0; i < 30000; i++) print (i % 3 ? "k" (i % 7919) : "often") }' >in
  gf-ratelimit --drop -K 1 --stats=json --stats-file s 1/d in >/dev/null
  [ "$(jq -r '.refused_keys[0].name' s)" = often ]
  [ "$(jq '.refused_keys[0].at_least' s)" -ge 9000 ]
  [ "$(jq '.refused_keys | map(.count - .at_least) | max' s)" -le 30 ]
}
