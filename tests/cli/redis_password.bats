#!/usr/bin/env bats
# redis_password.bats - GF_REDIS_PASSWORD and what a tool starts: a tool that was given a server takes the password out of
# the environment of its commands; one that was not leaves it, since a command may be a tool that needs it.

load helper
load redis

teardown() { redis_stop; }

see=(sh -c 'echo "[$GF_REDIS_PASSWORD]" >>seen; tr "\0" "\n" </proc/$PPID/environ >>seen')

# sees WHAT WORD...: what the command of a tool finds.
sees() {
  local want=$1
  shift
  : >seen
  run "$@"
  [ "$(grep -c '^\[' seen)" -ge 1 ] || fails "$*: nothing ran: $output"
  [ "$(grep '^\[' seen | sort -u)" = "[$want]" ] || fails "$*: $(cat seen)"
  [ -n "$want" ] || ! grep -q s3cret seen || fails "$*: its own environment shows it"
}

@test "a password: whoever was given a server keeps it from what it starts" {
  redis_start --requirepass s3cret
  export GF_REDIS_PASSWORD=s3cret
  echo a | gf-queue put "$REDIS_URL#q"
  sees '' gf-pool --queue "$REDIS_URL#q" --until-empty "${see[@]}"
  sees '' gf-cron run -q -S "$REDIS_URL#c" -n1 -e @start -- "${see[@]}"
  sees '' gf-sem -S "$REDIS_URL#s" -j1 -- "${see[@]}"
  sees '' gf-ratelimit -S "$REDIS_URL#r" 9/s -- "${see[@]}"
  # The one of a file goes before it, and it is no less of a secret for that.
  (umask 077 && echo s3cret >pw)
  GF_REDIS_PASSWORD_FILE=pw GF_REDIS_PASSWORD=s3cret2 sees '' gf-sem -S "$REDIS_URL#s" -j1 -- "${see[@]}"
}

@test "a password: whoever was given none leaves it to what it starts" {
  export GF_REDIS_PASSWORD=s3cret
  echo a | gf-queue put ./q
  sees s3cret gf-pool --queue ./q --until-empty "${see[@]}"
  sees s3cret gf-pool "${see[@]}" ::: a
  sees s3cret gf-cron run -q -S ./c -n1 -e @start -- "${see[@]}"
  sees s3cret gf-sem -S ./s -j1 -- "${see[@]}"
  sees s3cret gf-ratelimit -S ./r 9/s -- "${see[@]}"
  printf 'a\n' >in
  sees s3cret gf-pipeline --stage s --mode each -- "${see[@]}" <in
  sees s3cret gf-buffer --atomic f -- "${see[@]}"
}

# One that was not written as it must be, or an address that is wrong elsewhere: what is told shows neither end of it.
@test "a password: of an address that is refused, no message shows any of it" {
  local address
  for address in 'redis://:ge#heim@localhost/0#h' 'redis://me:77#heim@localhost#h' 'redis://:heim#h' 'redis://me:heim#h' \
    'Redis://:heim@localhost#h' 'redis:/:heim@localhost#h' 'valkey://:heim@localhost#h' 'redis://:77@heim#x@localhost#h'; do
    for words in 'gf-queue status ADDR' 'gf-pool --queue ADDR true' 'gf-sem -j1 -S ADDR true' 'gf-sem --status -S ADDR' \
      'gf-ratelimit 9/s -S ADDR' 'gf-cron run -S ADDR -e @start -- true' 'gf-cron status -S ADDR' 'gf-cron list -S ADDR' \
      'gf-cron history -S ADDR x'; do
      read -ra words <<<"$words"
      run "${words[@]/#ADDR/$address}" </dev/null
      [ "$status" -eq 2 ] || fails "${words[*]} $address: $status: $output"
      [[ $output != *heim* && $output != *77* ]] || fails "${words[*]} $address: $output"
    done
  done
  run gf-queue status 'redis://:ge#heim@localhost/0#h'
  expect_text 'write # in a password as %23'
}

# Where another word belongs, an address is shown as what that word was taken for.
@test "a password: of an address in the wrong place, no message shows any of it" {
  local address words
  for address in 'redis://:ge#heim@localhost/0#h' 'redis://me:heim@localhost/0#h' 'redis://:heim#h'; do
    for words in 'gf-queue ADDR put' 'gf-queue put ./q ADDR' 'gf-queue take -w ADDR ./q' 'gf-sem -S a:ADDR true' \
      'gf-ratelimit ADDR 9/s' 'gf-ratelimit 9/s ADDR' 'gf-cron ADDR run' 'gf-pool --queueADDR true' \
      'gf-cron run -e ADDR -- true'; do
      read -ra words <<<"$words"
      run "${words[@]/ADDR/$address}" </dev/null
      [ "$status" -ne 0 ] || fails "${words[*]} $address: $output"
      [[ $output != *heim* ]] || fails "${words[*]} $address: $output"
    done
  done
}
