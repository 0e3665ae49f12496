#!/usr/bin/env bats
# pipeline_trust.bats - what SECURITY.md promises of gf-pipeline: no record is lost, none acts as a word, an
# option or an answer, and dead letters hold it byte for byte.

load helper

@test "pipeline: each record is printed, a dead letter, or dropped as told, once" {
  # The first stage drops every 7th record, the second fails with every 5th, a process of the third dies
  # with every 11th, and a batch with 97 in it fails as a whole.
  seq 400 >in
  # shellcheck disable=SC2016
  run bash -c 'gf-pipeline -q --dead dead \
    --stage drop --drop-empty -- awk "{ print (\$1 % 7 ? \$1 : \"\"); fflush() }" \
    ::: --stage each --mode each -j8 -- sh -c "read -r n && [ \$((n % 5)) -ne 0 ] && echo \$n" \
    ::: --stage dies -j2 -- sh -c "while read -r n; do [ \$((n % 11)) -ne 0 ] || kill -9 \$\$; echo \$n; done" \
    ::: --stage batch --mode batch=3 -- sh -c "cat >b.\$\$; ! grep -qx 97 b.\$\$ && cat b.\$\$" <in >out'
  expect_status 123
  jq -r .origin dead >letters
  seq 7 7 400 >dropped
  sort -n out letters dropped >all
  cmp in all
  # In the order of the input.
  sort -n out | cmp - out
  [ "$(jq -r '.stage + " " + .reason' dead | sort -u)" = $'batch exit\ndies signal\neach exit' ]
}

@test "pipeline: a record is on the standard input of a command, never a word or a variable" {
  # shellcheck disable=SC2016,SC1003 # nobody is to expand them
  printf '%s\n' '$(touch owned)' '; touch owned' '`touch owned`' '-n' '{}' "'" '"' '\' '*' >in
  for mode in map each batch=4 filter; do
    run -0 --separate-stderr gf-pipeline --mode "$mode" --stage a -- cat <in
    printf '%s\n' "$output" | cmp - in || fails "$mode"
  done
  # shellcheck disable=SC2016 # the command expands it
  run -0 gf-pipeline --mode each --stage a -- sh -c 'tr "\0" "\n" </proc/$$/cmdline; env; cat' <<<'a secret'
  [ "$(grep -c 'a secret' <<<"$output")" -eq 1 ]
  # shellcheck disable=SC2016
  run -0 gf-pipeline --mode each --stage a -- printf '%s\n' '{}' '$1' <<<word
  [ "$output" = $'{}\n$1' ]
  [ ! -e owned ]
}

@test "pipeline: no answer refuses or drops its record without the option for it" {
  printf '%s\n' '!no' '' '{"v":1,"reason":"reject"}' 'OK' >in
  for mode in map each; do
    run -0 gf-pipeline --dead dead --mode "$mode" --stage a -- cat <in
    printf '%s\n' "$output" | cmp - in || fails "$mode"
    [ ! -s dead ]
  done
  run gf-pipeline -q --dead dead --reject-prefix '!' --drop-empty --stage a -- cat <in
  expect_status 123
  [ "$output" = $'{"v":1,"reason":"reject"}\nOK' ]
  [ "$(jq -r '.reason + " " + .answer' dead)" = 'reject !no' ]
}

@test "pipeline: a dead letter is one line of valid UTF-8, and has its record byte for byte" {
  # Every byte but NUL, in a record that the stage has changed.
  printf '\\x%02x' {1..255} >escapes
  # shellcheck disable=SC2059 # they are escapes
  printf "$(<escapes)" >record
  cp record in && printf '\0plain\0' >>in
  run gf-pipeline -q -0 --dead dead --name 'a"b' --stage one -- cat \
    ::: --stage 'two"' --mode each -- sh -c 'cat >&2; exit 3' <in
  expect_status 123
  [ "$(wc -l <dead)" -eq 2 ]
  iconv -f UTF-8 -t UTF-8 dead >/dev/null
  head -n 1 dead | jq -j .origin_b64 | base64 -d | cmp - record
  head -n 1 dead | jq -j .input_b64 | base64 -d | cmp - record
  [ "$(jq -r '[.pipeline, .stage, .seq, .exit] | @tsv' dead)" = $'a"b\ttwo"\t1\t3\na"b\ttwo"\t2\t3' ]
  [ "$(tail -n 1 dead | jq -r .origin)" = plain ]
  gf-pipeline -0 --replay dead --stage one -- cat | cmp - in
  gf-pipeline -0 --replay dead --from-stage --stage 'two"' -- cat | cmp - in
}

@test "pipeline: dead letters that cannot be written end the run with 125" {
  # shellcheck disable=SC2016
  run gf-pipeline -q --dead /dev/full --stage a --mode each -- sh -c 'read -r n; [ "$n" -ne 3 ]' < <(seq 2000)
  expect_status 125
  expect_text "cannot write dead letters to '/dev/full': No space left on device"
}

@test "pipeline: a command gets descriptors 0, 1 and 2, and no other one" {
  for mode in map each batch=1 filter; do
    # shellcheck disable=SC2016 # the command expands it; 255 is bash's own
    run -0 gf-pipeline --mode "$mode" --stage a -- bash -c 'read -r _
      for ((f = 0; f < 255; f++)); do [ ! -e "/proc/$$/fd/$f" ] || printf "%s " "$f"; done' <<<x 7</dev/null
    [ "$output" = '0 1 2 ' ] || fails "$mode: $output"
  done
}
