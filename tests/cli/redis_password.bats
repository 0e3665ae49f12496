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
