#!/usr/bin/env bats
# cron_brought.bats - gf-cron with what people bring along from other crontabs: taken as meant, or warned
# about with the place and a way out. The rows are in cron_brought.tsv.
# shellcheck disable=SC2154 # $stderr is of run --separate-stderr

load helper

@test "check: every case of the table" {
  local status_want text want got bad=
  while IFS=$'\t' read -r status_want text want; do
    case $status_want in '#'*) continue ;; esac
    got=0
    TZ=UTC gf-cron check - <<<"${text//;;/$'\n'}" 2>err || got=$?
    if [ "$got" -ne "$status_want" ] || { [ "$want" = - ] && [ -s err ]; } ||
      { [ "$want" != - ] && ! grep -qF -- "$want" err; }; then
      bad+=" [$text]"
      printf '%s: status %s, not %s; not said: %s\n' "$text" "$got" "$status_want" "$want"
      cat err
    fi
  done <"$ROOT/tests/cli/cron_brought.tsv"
  [ -z "$bad" ] || fails "not so:$bad"
}

@test "\\% is %, in run, emit and next, and told once; --vixie-percent means the same" {
  printf '@in 1s GF_ID=a echo 5\\%%\n@in 1s GF_ID=b echo "6\\%%"\n' >t
  run -0 gf-cron check t
  [ "${#lines[@]}" -eq 1 ] || fails "$output"
  for percent in '' --vixie-percent; do
    run -0 gf-cron next $percent --table t
    [[ $output == *$'\ta\techo 5%' ]] || fails "$output"
  done
  sed 's/@in 1s/@start/' t >s
  run -0 --separate-stderr gf-cron run -j1 s
  [ "$output" = $'a: 5%\nb: 6%' ] || fails "$output"
  [[ $stderr == 'gf-cron: line 1 of s: \% is taken as %'* ]] || fails "$stderr"
  run -0 gf-cron run -q -e @start -- printf '<%s>' '\%' '\\%' "\\'%" '\' '%'
  [ "$output" = 'job: <\%><\\%><\'"'"'%><\><%>' ] || fails "$output"
}

@test "GF_EXPAND: a job has the expanded value, from the lines above and the environment" {
  mkdir bin
  printf '#!/bin/sh\necho tool of $WHERE\n' >bin/a-tool
  chmod +x bin/a-tool
  printf '%s\n' 'A=$HERE' 'GF_EXPAND=1' 'WHERE="<$HERE>"' 'PATH=${HERE}/bin:$PATH' 'GF_EXPAND=0' 'B=$HERE' \
    '@start GF_ID=x GF_ENV_CLEAN=1 a-tool; echo "$A $B"' >t
  HERE=$PWD run -0 --separate-stderr gf-cron run -q t
  [ "$output" = "x: tool of <$PWD>"$'\nx: $HERE $HERE' ] || fails "$output $stderr"
}

@test "run says at its load what check warns about, and -q keeps it silent" {
  printf 'A=$HOME\nTZ=Asia/Tokyo\n@start GF_ID=x echo "$A"\n' >t
  TZ=UTC run -0 --separate-stderr gf-cron run t
  [ "$output" = 'x: $HOME' ]
  [[ $stderr == *'line 1 of t: $HOME is not expanded'* ]] || fails "$stderr"
  [[ $stderr == *'line 2 of t: TZ is only set'* ]] || fails "$stderr"
  TZ=UTC run -0 gf-cron run -q t
  [ "$output" = 'x: $HOME' ] || fails "$output"
}

@test "next, explain: quotes around a schedule are named" {
  for command in next explain; do
    run -2 gf-cron "$command" '"0 3 * * *"'
    expect_text 'a quote stands before the schedule'
    expect_text 'leave the quotes out'
  done
}

@test "words of crontab, crond and supercronic without a command, and of check, are told" {
  local words want
  while IFS=';' read -r words want; do
    # shellcheck disable=SC2086 # several words
    run -2 gf-cron $words
    expect_text "hint: $want"
  done <<'END'
tab;tab of cron is a file here: gf-cron check FILE checks it, gf-cron run FILE runs it
-l;-l of crontab is cat FILE here
-e;-e of crontab is an editor and gf-cron check FILE here
-r;-r of crontab is rm FILE here
-f crontab;-f of crond is gf-cron run FILE here
--test t;-test of supercronic is the command gf-cron check FILE
check --test t;-test of supercronic is what happens here
check -test t;-test of supercronic is what happens here
check -T t;-T of crontab is what happens here
tba;gf-cron --help lists the commands
END
}

@test "explain: a step that does not divide its field is one of each hour" {
  run -0 gf-cron explain '*/7 * * * *'
  [ "${lines[0]}" = 'every 7 minutes from minute 0 of every hour' ] || fails "$output"
  run -0 gf-cron explain '*/10 * * * *'
  [ "${lines[0]}" = 'every 10 minutes' ] || fails "$output"
}

@test "run: what keeps a job from its start is named: the shell, GF_LOG, an interpreter" {
  printf '#!/no/such/program\n' >odd
  chmod +x odd
  cat >t <<EOF
SHELL=/no/such/shell
@start GF_ID=a GF_ON_FAILURE=true true
SHELL=$PWD/odd
@start GF_ID=b true
SHELL=/bin/sh
@start GF_ID=c GF_LOG=/no/such/log true
@start GF_ID=d /no/such/command
EOF
  run -123 gf-cron run -S ./db --fail-on-error t
  for line in "cannot start job 'a' by /no/such/shell: No such file" \
    'cannot run GF_ON_FAILURE of job a by /no/such/shell: No such file' \
    "job 'b' has the shell '$PWD/odd', whose first line names a program that is not there" \
    "job 'c' cannot open GF_LOG '/no/such/log': No such file" /no/such/command; do
    expect_text "$line"
  done
  gf-cron history -S ./db --job c | awk -F '\t' '$3 !~ /^20/ || $4 > 100 { exit 1 }'
  [[ $output =~ 'c failed, due '[^:]*:[0-9:]*'Z: exit 127 after '[0-9.]*[mu]?s ]] || fails "$output"
}
