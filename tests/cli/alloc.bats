#!/usr/bin/env bats
# alloc.bats - each allocation of a run fails in turn, once alone and once with all that follow: the
# tool says so and ends with 125, or gets by without; it never crashes and never loses output.
# bats file_tags=plain

load helper
load torture

@test "no allocation that fails crashes a tool or loses output" {
  local tool bad=
  needs_glibc
  printf 'one\ntwo\nthree\n' >in
  for tool in "$GF_BIN"/gf-*; do
    FILTER=() ALLOC=() ALLOC_LAST=
    # shellcheck source=/dev/null
    . "$ROOT/tests/cli/common.d/${tool##*/}.sh"
    [ ${#ALLOC[@]} -gt 0 ] || ALLOC=("${FILTER[@]}")
    [ ${#ALLOC[@]} -gt 0 ] || fails "${tool##*/}: neither FILTER nor ALLOC in common.d"
    torture once "${ALLOC[@]}" || bad+=" ${tool##*/}"
    torture more "${ALLOC[@]}" || bad+=" ${tool##*/}"
    # shellcheck disable=SC2034 # torture reads it
    ALLOC_LAST=
    torture once "${tool##*/}" --help || bad+=" ${tool##*/}"
  done
  [ -z "$bad" ] || fails "not so:$bad"
}

@test "nor a pool of workers" {
  local bad=
  needs_glibc
  printf 'one\ntwo\nthree\n' >in
  for mode in once more; do
    torture "$mode" gf-pool --worker -j1 -k --joblog /dev/null cat || bad+=" $mode"
  done
  [ -z "$bad" ] || fails "not so:$bad"
}

@test "nor one that reads a header and the log of an earlier run" {
  local bad=
  needs_glibc
  gf-pool -q -j1 --joblog log echo ::: a c >/dev/null
  printf '\357\273\277x\r\na\r\nb\r\n' >in
  printf '"x"\n"a\n"\n' >quoted
  for mode in once more; do
    torture "$mode" gf-pool --dry-run --joblog log --resume --header --tagstring '{x}' echo {x} :::: in ::: name 1 || bad+=" $mode"
    torture "$mode" gf-pool --tagstring '{x}' --header -k echo {name} :::: in ::: name 1 || bad+=" $mode"
    torture "$mode" gf-pool --csv --header -k echo {x} :::: quoted ::: name 1 || bad+=" $mode"
  done
  [ -z "$bad" ] || fails "not so:$bad"
}

@test "nor one that writes a file whole, onto its input" {
  local bad='' had
  needs_glibc
  printf 'b\na\n' >in
  cp in f
  for mode in once more; do
    torture "$mode" gf-stream --from f -o f sort || bad+=" $mode"
    torture "$mode" gf-ratelimit -o f unlimited f || bad+=" $mode"
    torture "$mode" gf-buffer --atomic f -- cat f || bad+=" $mode"
  done
  [ -z "$bad" ] || fails "not so:$bad"
  [ "$(cat f)" = $'a\nb' ]
  had=$(echo .gf-*)
  [ "$had" = '.gf-*' ] || fails "left over: $had"
}

# A zone that memory fails for is not UTC: what is printed is what a run with memory prints.
@test "nor the time of another zone" {
  local bad=
  needs_glibc
  : >in
  for mode in once more; do
    torture "$mode" gf-cron next --from 2026-07-01T00:00:00Z --tz Europe/Berlin '0 3 * * *' || bad+=" $mode"
    torture "$mode" gf-cron next --from 2026-07-01T00:00:00Z 'CRON_TZ=CET-1CEST,M3.5.0,M10.5.0/3 0 3 * * *' || bad+=" $mode"
    torture "$mode" gf-ratelimit 5/d@Europe/Berlin || bad+=" $mode"
  done
  [ -z "$bad" ] || fails "not so:$bad"
}

# Each text that is drawn has a buffer of its own; the name of the crontab needs a second block.
@test "nor a name in the picture of gf-cron show" {
  local bad='' mode form name
  needs_glibc
  name=$(printf 'x%.0s' {1..120})
  printf '0 3 * * * GF_ID=%.60s backup\n*/5 * * * * GF_ID=a%.60s ping\n*/5 * * * * sync\n' "$name" "$name" >"$name"
  : >in
  for mode in once more; do
    for form in text svg; do
      torture "$mode" gf-cron show --from 2026-03-24T00:00:00Z --tz Europe/Berlin --format "$form" "$name" || bad+=" $mode $form"
    done
  done
  [ -z "$bad" ] || fails "not so:$bad"
}

# The buffer of all commands grows over several blocks.
@test "nor a command that gf-pool prints" {
  local bad=
  needs_glibc
  seq 60 >in
  gf-pool -q -j1 --joblog log false :::: in >/dev/null 2>&1 || [ $? -eq 123 ]
  for mode in once more; do
    torture "$mode" gf-pool --dry-run printf '%s\n' "a word" {} || bad+=" $mode"
    torture "$mode" gf-pool --dry-run --joblog log --retry-failed || bad+=" $mode retry"
    torture "$mode" gf-pool --dry-run --worker -j1 cat || bad+=" $mode worker"
  done
  [ -z "$bad" ] || fails "not so:$bad"
}

# What is kept of a job in its directory is the whole command, with its newline, or the run fails.
@test "nor a command in --results" {
  local n word want got bad=
  needs_glibc
  word=$(printf 'y%.0s' {1..56}) # a block of the buffer is full where the newline is put
  gf-pool --results whole echo "$word" ::: a >/dev/null
  want=$(cat whole/1/command && echo .)
  for ((n = 1; n <= 400; n++)); do
    rm -rf d mark
    got=0
    timeout 10 env LD_PRELOAD="$GF_AID/failalloc.so" GF_FAIL_ALLOC="$n" GF_FAIL_MARK="$PWD/mark" \
      gf-pool --results d echo "$word" ::: a >out 2>err || got=$?
    [ -e mark ] || break
    [ "$got" -ne 0 ] || [ "$(cat d/1/command && echo .)" = "$want" ] || bad+=" $n"
  done
  [ ! -e mark ] || fails 'no end of allocations'
  [ -z "$bad" ] || fails "not so:$bad: $(cat d/1/command)"
}

# Each policy and each kind of output has memory of its own.
@test "nor a buffer, whatever its output" {
  local bad='' mode how
  needs_glibc
  printf 'one\ntwo\nthree\n' >in
  gf-buffer --spool ./empty </dev/null
  for mode in once more; do
    for how in '--when-full drop-oldest --drop-marker' '--spool ./sp --durable --append f' '--tee a --tee b' '--append f --timestamp' \
      '--log-dir ./d --rotate-size 1 --keep 2' --stats=json '--status ./empty'; do
      # shellcheck disable=SC2086
      torture "$mode" gf-buffer $how || bad+=" [$mode $how]"
      rm -rf d f
    done
  done
  [ -z "$bad" ] || fails "not so:$bad"
}
