#!/usr/bin/env bats
# wall.bats - the sandbox (lib/base/wall.h) of the tools that start no program: code that got into
# the process reaches nothing, what was named is still opened, and what starts programs has none.
# The first is tried by aid/breakout.so, which is loaded into the tool.
# bats file_tags=plain

load helper

# What each kind of run is called with, behind the tool: the descriptor and the number of the read or
# write at which the attempts are made, then the words. `@` is where --no-sandbox goes.
RUNS=(
  '0 1 gf-stream @ sort'
  '1 1 gf-stream @ sort'
  '0 1 gf-stream @ -j 2 filter a'
  '0 1 gf-stream @ -T tmp --stats-file out/stats -o out/o sort peek out/p except named'
  '0 1 gf-ratelimit @ 1000/s'
  '1 1 gf-ratelimit @ 1000/s named'
  '0 1 gf-ratelimit @ -K 1 --key-rates out/rates --reject out/r --stats-file out/stats -o out/o 1000/s'
  '0 1 gf-ratelimit @ --feedback named 1000/s'
  '0 1 gf-ratelimit @ -S ./out/state 1000/s'
  '1 1 gf-ratelimit @ -S ./out/state --status'
  '0 1 gf-buffer @'
  '0 1 gf-buffer @ --tee out/t --stats-file out/stats'
  '0 1 gf-buffer @ --append out/log'
  '0 1 gf-buffer @ --log-dir logs --rotate-size 1K --keep 1'
  '0 1 gf-buffer @ --spool spool --durable'
  '0 1 gf-buffer @ --atomic out/whole --commit-on-eof'
  '1 1 gf-buffer @ --status spool'
  '0 1 gf-cron next @'
  '1 1 gf-cron next @ --table named.cron'
  '1 1 gf-cron explain @ @daily'
  '0 1 gf-cron check @ -'
  '1 1 gf-cron show @ named.cron'
  '0 1 gf-cron show @ -o out/svg -'
)

# What the directory of a run has: `home` is what no tool was told of.
scene() {
  rm -rf home out tmp logs
  mkdir home out tmp
  echo secret >home/secret
  echo 'a 10/s' >out/rates
  echo a >named
  echo '@daily true' >named.cron
  gf-buffer --spool spool </dev/null
  gf-ratelimit -q -S ./out/state 1000/s </dev/null
}

# escape ROW OPTION: runs the row; `said` is what the attempts came to.
escape() {
  local words
  read -ra words <<<"$1"
  local at=("${words[@]:0:2}") line=()
  scene
  for word in "${words[@]:2}"; do
    if [ "$word" != @ ]; then line+=("$word"); elif [ -n "$2" ]; then line+=("$2"); fi
  done
  echo '@daily' | timeout 20 env LD_PRELOAD="$GF_AID/breakout.so" GF_BREAKOUT="${at[*]} $PWD/home" "${line[@]}" 2>err >/dev/null || true
  grep -E '^(file|call): |^tried$' err >said || true
  grep -qx tried said || fails "${line[*]}: nothing was tried: $(cat err)"
}

has_landlock() { gf-stream --version --verbose | grep -q 'landlock ABI'; }
has_seccomp() { gf-stream --version --verbose | grep -q 'seccomp yes'; }

@test "no attempt to break out of the sandbox succeeds, and without it all do" {
  not_sanitized 'the sandbox is left out'
  needs_glibc
  local row bad=''
  for row in "${RUNS[@]}"; do
    escape "$row" --no-sandbox
    grep -q ': no$' said && bad+=" [$row, without: $(grep ': no$' said | tr '\n' ' ')]"
    escape "$row" ''
    has_landlock || sed -i '/^file/d' said
    has_seccomp || sed -i '/^call/d' said
    # The parser of a crontab asks whether directories that it names can be used.
    case $row in *cron*named.cron* | *cron*-) sed -i '/^file: list: yes$/d' said ;; esac
    grep -q ': yes$' said && bad+=" [$row: $(grep ': yes$' said | tr '\n' ' ')]"
    [ "$(cat home/secret)" = secret ] || bad+=" [$row: the secret is spoilt]"
    [ "$(ls home)" = secret ] || ! has_landlock || bad+=" [$row: $(ls home)]"
  done
  [ -z "$bad" ] || fails "$bad"
}

@test "--version with --verbose says what there is of a sandbox, of the tools that have one" {
  local tool line
  for tool in gf-stream gf-ratelimit gf-cron gf-buffer; do
    for line in '--version --verbose' '-v -V' '-Vv' '--verbose --version'; do
      if [ "$tool$line" = 'gf-cron-v -V' ] || [ "$tool$line" = 'gf-cron--verbose --version' ]; then continue; fi
      # shellcheck disable=SC2086 # words
      run --separate-stderr -0 "$tool" $line
      [ -z "$stderr" ]
      [[ ${lines[0]} == "$tool (gf) "* ]]
      if [ -n "${GF_SAN:-}" ]; then
        [ "${lines[1]}" = 'sandbox: none in this build' ]
      else
        [[ ${lines[1]} =~ ^'sandbox: landlock '(no|'ABI '[0-9]+)', seccomp '(yes|no)$ ]]
      fi
      [ "${#lines[@]}" -eq 2 ]
    done
  done
  [ "$(gf-cron next -v --version)" = "$(gf-cron --version -v)" ]
  [ "$(gf-pool --version --verbose | wc -l)" -eq 1 ]
  [ "$(gf-sem -v --version | wc -l)" -eq 1 ]
  [ "$(gf-queue put -v --version | wc -l)" -eq 1 ]
  ! has_fetch || [ "$(gf-fetch --version --verbose | wc -l)" -eq 1 ]
}

@test "commands run without a sandbox: no filter, and new privileges as ever" {
  local bad='' how
  free() { awk '/^(NoNewPrivs|Seccomp):/ { print $1 $2 }' "$1" | tr '\n' ' '; }
  local want
  want=$(free /proc/self/status)
  jobs_of() {
    gf-pool -u cat ::: /proc/self/status >pool
    gf-pool --worker -j1 sh -c 'cat /proc/self/status >worker; cat' >/dev/null <<<a
    gf-sem -j1 -S s -- cat /proc/self/status >sem
    gf-ratelimit -S ./r 1000/s -- cat /proc/self/status >shared
    gf-ratelimit --load 1000 -- cat /proc/self/status >load
    gf-cron once '* * * * * *' -- cat /proc/self/status >once
    gf-buffer --atomic whole -- cat /proc/self/status
    seq 9 | gf-buffer --log-dir ./logs --rotate-size 1 --keep 1 --on-rotate 'cat /proc/self/status >rotated'
  }
  jobs_of
  for how in pool worker sem shared load once whole rotated; do
    [ "$(free "$how")" = "$want" ] || bad+=" $how: $(free "$how")"
  done
  mkdir bin
  printf '#!/bin/sh\ncat /proc/self/status >packed\nexec /bin/gzip "$@"\n' >bin/gzip
  chmod +x bin/gzip
  echo a | gzip >a.gz
  [ "$(PATH=$PWD/bin:$PATH gf-stream --decompress --from a.gz collect)" = a ]
  [ "$(free packed)" = "$want" ] || bad+=" --decompress: $(free packed)"
  [ -z "$bad" ] || fails "$bad"
}

@test "a set-user-ID program works as a job" {
  [ "$(id -u)" -eq 0 ] || return 0 # only root can make one of another user
  local dir
  dir=$(mktemp -d /tmp/gf-wall-XXXXXX)
  cp "$(command -v id)" "$dir/id"
  chmod 755 "$dir"
  chmod 4755 "$dir/id"
  cp "$GF_BIN"/gf-* "$dir"
  as() { setpriv --reuid 65534 --regid 65534 --clear-groups env -C "$dir" HOME=/nonexistent "$@"; }
  if [ "$(as ./id -u)" = 0 ]; then # else the file system is mounted nosuid
    [ "$(as ./gf-pool ./id -u :::)" = 0 ] || [ "$(as ./gf-pool ./id ::: -u)" = 0 ] || bad+=' gf-pool'
    [ "$(as ./gf-ratelimit --load 1000 -- ./id -u)" = 0 ] || bad+=' gf-ratelimit'
  fi
  rm -rf "$dir"
  [ -z "${bad:-}" ] || fails "$bad"
}

@test "behind the wall what was named is opened: inputs that come later, links, fifos, directories" {
  not_sanitized 'the sandbox is left out'
  mkdir in out
  echo a >in/a
  ln -s a in/link
  # a file that is not there at the start may come
  { sleep 0.3; echo first; echo c >in/later; } | gf-ratelimit 1000/s - in/a in/link in/later >got
  [ "$(tr '\n' ' ' <got)" = 'first a a c ' ]
  # -o by a symbolic link to another directory, which is made there
  ln -s ../out/real in/o
  gf-ratelimit -o in/o 1000/s in/a
  [ "$(cat out/real)" = a ]
  gf-stream --from in/a -o in/o collect
  gf-stream --from in/a --stats-file out/s peek out/p except in/link count >/dev/null
  [ -s out/s ] && [ "$(cat out/p)" = a ]
  echo '@daily true' | gf-cron show -o in/o -
  grep -q '<svg' out/real
  # a directory is no input, in the words of the system
  run -125 gf-ratelimit 1000/s in
  expect_text 'Is a directory'
  # logs and spools make, rename and remove files of theirs
  seq 1000 | gf-buffer --log-dir ./logs --rotate-size 1K --keep 2
  [ "$(tail -n 1 logs/current)" = 1000 ] && [ "$(find logs -name '*Z-*' | wc -l)" = 2 ]
  seq 200000 | gf-buffer -m 1K --spool ./spool --spool-max 1M | { sleep 0.3; tail -n 1; } >got
  [ "$(cat got)" = 200000 ]
  echo b | gf-buffer --atomic in/o --commit-on-eof
  [ "$(cat out/real)" = b ]
  gf-buffer --append out/log --stats-file out/s --stats-interval 1ms <in/a
  [ "$(cat out/log)" = a ]
  # special files
  gf-stream --from in/a --stats-file /dev/null peek /dev/null collect
  mkfifo fifo
  cat fifo >got &
  gf-stream --from in/a --stats-file fifo collect
  wait $!
  [ -s got ]
}

@test "a file that was put in the place of another after the start is closed, and the message says so" {
  not_sanitized 'the sandbox is left out'
  has_landlock || return 0
  echo old >a
  run -125 bash -c '{ sleep 0.3; echo new >b; mv b a; echo first; } | gf-ratelimit 1000/s - a'
  expect_text "cannot open 'a': Permission denied"
  expect_text 'hint: the file was put there after the start; --no-sandbox opens it'
  echo old >a
  run -0 bash -c '{ sleep 0.3; echo new >b; mv b a; echo first; } | gf-ratelimit --no-sandbox 1000/s - a'
  expect_text new
}

@test "rates of keys that are replaced are read, and zones of schedules" {
  not_sanitized 'the sandbox is left out'
  mkdir d
  echo 'a 1000/s' >d/rates
  run -0 bash -c '{ sleep 0.3; echo "a 0/s" >d/new; mv d/new d/rates; sleep 0.3; echo a; sleep 0.3; echo a; } | gf-ratelimit -v -K 1 --key-rates d/rates 1000/s'
  expect_text 'the rates stay as they were' # 0/s is a mistake, so the new file was read
  run -125 bash -c 'sleep 0.5 | gf-ratelimit --feedback d 1/s'
  expect_text 'Is a directory'
  run -0 gf-cron next 'CRON_TZ=Europe/Berlin @daily'
  expect_text +0
  run -0 gf-stream set "1=date({1}, 'Europe/Berlin')" bucket --zone Europe/Berlin 1 1d <<<0
  [ "$output" = 1970-01-01T00:00:00+01:00 ]
  cp /usr/share/zoneinfo/UTC zone
  has_landlock || return 0
  run -125 gf-cron next "CRON_TZ=$PWD/zone @daily"
  expect_text 'Permission denied'
  expect_text 'hint: the sandbox reads no zone outside of the directories of zones: --no-sandbox does'
  run -0 gf-cron next --no-sandbox "CRON_TZ=$PWD/zone @daily"
  run -0 gf-cron next --tz "$PWD/zone" @daily
}

@test "rates of keys behind a link that is turned: the message says what keeps them closed" {
  not_sanitized 'the sandbox is left out'
  has_landlock || return 0
  mkdir one two links
  echo 'a 1000/s' >one/rates
  echo 'a 500/s' >two/rates
  ln -s "$PWD/one/rates" links/rates
  run -0 bash -c '{ sleep 0.3; ln -sfn "$PWD/two/rates" links/new; mv -T links/new links/rates; sleep 0.3; echo a; sleep 0.3; echo a; } | gf-ratelimit -K 1 --key-rates links/rates 1000/s'
  expect_text "cannot read the rates 'links/rates': Permission denied"
  expect_text 'hint: the link leads elsewhere since the start; --no-sandbox follows it'
}
