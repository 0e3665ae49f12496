#!/usr/bin/env bats
# sem_several.bats - gf-sem: permits of several semaphores, one inside the other, and of an open file.

load helper

status_of() { gf-sem -S "$1" --status --format json | jq -c "$2"; }
holding() { [ "$(status_of "$1" .held)" = "$2" ]; }
waiting() { [ "$(status_of "$1" .waiting)" = "$2" ]; }

@test "several -S: all or none, each with its -j and --weight" {
  run gf-sem -S db -j 4 --weight 3 -S gpu -j 2 --weight 2 -- sh -c 'gf-sem -S db --status --format json; gf-sem -S gpu --status --format json'
  expect_status 0
  [ "$(jq -c '[.permits, .held]' <<<"$output" | tr '\n' ' ')" = '[4,3] [2,2] ' ]
  run gf-sem -j 4 -S db -S gpu -j 2 -- true # before the first -S: of the first
  expect_status 0
  run gf-sem -S db -j 4 -j 5 -- true
  expect_status 2
  expect_text "-j is given twice for 'db'"
  run gf-sem -S db -S db -- true
  expect_status 2
  expect_text 'one semaphore is asked for twice'
  run gf-sem -S db -S gpu --status
  expect_status 2
}

@test "several -S: nothing is held while one of them is waited for" {
  gf-sem -S gpu -j 1 -- sleep 60 3>&- &
  holder=$!
  until_true holding gpu 1
  gf-sem -S db -j 1 -S gpu -- sh -c 'echo both >>log' 3>&- &
  both=$!
  until_true waiting gpu 1
  [ "$(status_of db '[.held, .waiting]')" = '[0,1]' ]
  run gf-sem -S db -w 300ms -- true # those behind it wait, though a permit is free
  expect_status 124
  run gf-sem -S db -S gpu -n -- true
  expect_status 75
  kill $holder
  wait $both
  [ "$(<log)" = both ]
}

@test "several -S: random sets of many processes come to an end" {
  cat >one.sh <<'EOF'
# one.sh SEED: ten times a random set of the three, in random order; checks that nobody else has them
RANDOM=$1
for k in 1 2 3 4 5 6 7 8 9 10; do
  set --
  for s in a b c; do [ $((RANDOM % 2)) = 0 ] || set -- "$@" "$s"; done
  [ $# -gt 0 ] || set -- a
  [ $((RANDOM % 2)) = 0 ] || set -- $(printf '%s\n' "$@" | tac)
  args=()
  for s; do args+=(-S "$s" -j 1); done
  gf-sem "${args[@]}" -- bash -c 'for s; do mkdir "in.$s" || exit 9; done; for s; do rmdir "in.$s"; done' - "$@" || echo "$* $?" >>bad
done
EOF
  for i in 1 2 3 4 5 6 7 8; do
    timeout 60 bash one.sh "$i" 3>&- || echo "$i: $?" >>bad &
  done
  wait
  [ ! -e bad ] || fails "$(cat bad)"
}

@test "several -S: a message names the one that it is about" {
  gf-sem -S a -j 5 --shared -- true
  gf-sem -S b -j 3 -- true
  for order in '-S a -S b --weight 4' '-S b --weight 4 -S a'; do
    # shellcheck disable=SC2086
    run gf-sem $order -- true
    expect_status 125
    [ "$output" = "gf-sem: a weight of 4 is more than there are permits in 'b'" ] || fails "$output"
  done
  for how in replace remove; do
    gf-sem -S b --weight 3 -- sleep 60 3>&- &
    holder=$!
    until_true holding b 3
    timeout 20 gf-sem -S a -S b -- true 2>err 3>&- &
    first=$!
    until_true eval '[ "$(gf-sem -S b --status --format json | jq .waiting)" -eq 1 ]'
    case $how in
      replace) run gf-sem -S b --replace -w 0.1 -- true ;;
      remove) rm -r "$XDG_STATE_HOME/gf/b.sem" && kill "$holder" ;;
    esac
    wait $first || true
    grep -q -e "place of this one in 'b'" -e "/b.sem' was removed while we waited" err || fails "$(<err)"
    kill "$holder" || true
    wait
  done
}

@test "inside a gf-sem that holds what it asks for: 2, and the outer one is named" {
  run timeout 10 gf-sem -S s -j 1 -- gf-sem -S s -- echo inner
  expect_status 2
  expect_text "this command runs in gf-sem (process "
  expect_text "which holds 1 of 1 permits of 's': it would wait for itself"
  run timeout 10 gf-sem -S s2 -j 2 -- gf-sem -S s2 -- gf-sem -S s2 -- echo inner
  expect_status 2
  run timeout 10 gf-sem -S s2 -j 2 -- gf-sem -S s2 -- echo inner
  expect_status 0
  run timeout 10 gf-sem -S s -j 1 -- gf-sem -S other -j 1 -- echo inner
  expect_status 0
}

@test "inside a gf-sem --wait-all would wait for itself: 2, and a writer holds all permits" {
  run timeout 10 gf-sem -S s -j 2 -- gf-sem -S s --wait-all
  expect_status 2
  expect_text "which holds a permit of 's': it would wait for itself"
  run timeout 10 gf-sem -S s -j 2 -- gf-sem -S s --wait-all -n
  expect_status 75
  run timeout 10 gf-sem -S rw --exclusive -j 2 -- gf-sem -S rw --shared -- echo inner
  expect_status 2
  expect_text "which holds all permits of 'rw': it would wait for itself"
}

@test "inside a gf-sem that holds what it asks for, one that does not wait is refused like any other" {
  run gf-sem -S s -j 1 -- gf-sem -S s -n -- echo inner
  expect_status 75
  run gf-sem -S s -j 1 -- gf-sem -S s -n -E 0 -- echo inner
  expect_status 0
  [ "$output" = '' ] || fails "$output"
  run gf-sem -S s -j 1 -- gf-sem -S s -w 0 -- echo inner
  expect_status 124
}

@test "a GF_SEM that a daemon inherited from one that has ended does not count" {
  stale=$(gf-sem -S s -j 1 -- printenv GF_SEM)
  gf-sem -S s -- sleep 0.5 3>&- &
  until_true holding s 1
  run env GF_SEM="$stale" timeout 10 gf-sem -S s -- echo ran
  expect_status 0
  run env GF_SEM='what, ever:1' timeout 10 gf-sem -S s -- echo ran
  expect_status 0
  wait
}

@test "an entry of GF_SEM with a number that no gf-sem writes does not count" {
  # The place of the holder is 0: these are not it, whatever part of them fits an int.
  for place in 4294967296 18446744073709551616 -0 ' 0' 0x; do
    run gf-sem -S s -j 1 -- sh -c '
      GF_SEM=$(echo "$GF_SEM" | sed "s/:0:/:$1:/")
      export GF_SEM
      exec gf-sem -S s -w 50ms -- echo inner' sh "$place"
    expect_status 124
  done
  run gf-sem -S s -j 1 -- gf-sem -S s -- echo inner
  expect_status 2
}

@test "GF_SEM does not grow without end" {
  GF_SEM=$(for i in $(seq 2000); do printf '65024:11043236:0:4052879594559:%d,' "$i"; done)
  export GF_SEM
  run gf-sem -S s -j 1 -- printenv GF_SEM
  expect_status 0
  [ "${#output}" -lt 9000 ] || fails "${#output}"
  expect_text ':4052879594559:2000,'
  run gf-sem -S s -j 1 -- gf-sem -S s -- true
  expect_status 2
}

# ---- an open file --------------------------------------------------------------------------------

@test "--fd: a permit for a part of a script, until the descriptor is closed" {
  (
    exec 9<>lock
    gf-sem --fd 9 -j 1
    echo in >>log
    until [ -e go ]; do sleep 0.05; done
    exec 9>&-
    sleep 60
  ) 3>&- &
  script=$!
  until_true grep -q in log
  exec 8<>lock
  run gf-sem --fd 8 -j 1 -n
  expect_status 75
  run gf-sem --fd 8 -j 2 -n
  expect_status 0
  exec 8>&-
  exec 8<>lock
  touch go
  run timeout 10 gf-sem --fd 8 -j 1
  expect_status 0
  run gf-sem --fd 8 -j 1
  expect_status 0
  expect_text 'descriptor 8 holds its permit already'
  exec 8>&-
  [ ! -s lock ]
  kill $script
}

@test "--fd: more than the open file has already is refused" {
  exec 8<>lock
  run gf-sem --fd 8 -j 3 --weight 2
  expect_status 0
  run gf-sem --fd 8 -j 3 --weight 3
  expect_status 2
  expect_text 'descriptor 8 holds 2 of the 3 permits that are asked for'
  run gf-sem --fd 8 -j 3
  expect_status 0
  exec 8>&-
}

@test "--fd: a permit that another gives back in that moment is not taken for one's own" {
  needs_ptrace
  not_sanitized 'it is traced'
  for after in 2 3 4 5 6 7 8; do
    (
      exec 9<>"lock$after"
      gf-sem --fd 9 -j 1
      touch "has$after"
      until [ -e go ]; do sleep 0.01; done
      sleep "0.$after"
    ) 3>&- &
  done
  until_true eval '[ "$(echo has?)" = "has2 has3 has4 has5 has6 has7 has8" ]'
  for after in 2 3 4 5 6 7 8; do
    (
      exec 9<>"lock$after"
      [ "$after" != 8 ] || touch go
      strace -o /dev/null -e inject=fcntl:delay_exit=100000 gf-sem --fd 9 -j 1 2>"err$after"
    ) 3>&- &
  done
  wait
  ! cat err? | grep .
}

@test "--fd: those who wait come in order, and the death of a script frees its permit" {
  exec 8<>lock
  gf-sem --fd 8 -j 1
  for i in 1 2 3 4 5; do
    bash -c 'exec 8>&- 9<>lock; gf-sem --fd 9 -j 1; echo "$0" >>log; kill -9 $$' "$i" 3>&- 8>&- &
    sleep 0.2
  done
  exec 8>&-
  wait || true
  [ "$(tr -d '\n' <log)" = 12345 ]
}

@test "--fd: a waiter that is killed leaves the caller's descriptor without a place in line" {
  exec 8<>lock 7<>lock
  gf-sem --fd 8 -j 1
  gf-sem --fd 7 -j 1 3>&- &
  waiter=$!
  until_true is_asleep $waiter
  kill -9 $waiter
  wait $waiter || true
  exec 8>&-
  exec 6<>lock
  run timeout 10 gf-sem --fd 6 -j 1
  expect_status 0
  exec 6>&- 7>&-
}

@test "--fd: what is not open for both is 2, with the way to open it" {
  run gf-sem --fd 9 -j 1
  expect_status 2
  expect_text 'descriptor 9 is not open for reading and writing'
  expect_text 'exec 9<>FILE opens it for both'
  exec 9>lock
  run gf-sem --fd 9 -j 1
  expect_status 2
  run gf-sem --fd 9
  expect_status 2
  run gf-sem --fd 9 -j 1 -- true
  expect_status 2
  exec 9>&-
}

# ---- several users -------------------------------------------------------------------------------

@test "--group: users of a group share a semaphore, others and links are refused" {
  [ "$(id -u)" = 0 ] || skip 'only root can be two users'
  mkdir shared
  chgrp 4242 shared
  chmod 2770 shared
  chmod 711 .
  as() { setpriv --reuid "$1" --regid "$2" --clear-groups "${@:3}"; }
  run as 1201 4242 gf-sem -S ./shared/db --group 4242 -j 1 -- true
  expect_status 0
  [ "$(stat -c '%a %g' shared/db shared/db/permits | tr '\n' ' ')" = '2770 4242 660 4242 ' ]
  as 1201 4242 gf-sem -S ./shared/db --group 4242 -- sleep 60 3>&- &
  holder=$!
  until_true eval '[ "$(gf-sem -S ./shared/db --group 4242 --status --format json | jq .held)" = 1 ]'
  run as 1202 4242 gf-sem -S ./shared/db --group 4242 -n -- true
  expect_status 75
  kill $holder
  run as 1202 4242 gf-sem -S ./shared/db -n -- true
  expect_status 125
  expect_text 'belongs to another user'
  chmod o+w shared/db/permits
  run as 1202 4242 gf-sem -S ./shared/db --group 4242 -n -- true
  expect_status 125
  expect_text 'others may write to it'
  run gf-sem -S db --group 4242 -j 1 -- true
  expect_status 2
  expect_text 'name a path that the group can reach'
  run gf-sem -S ./db --group nosuchgroup -j 1 -- true
  expect_status 2
  expect_text 'there is no such group'
}
