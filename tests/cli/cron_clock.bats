#!/usr/bin/env bats
# cron_clock.bats - gf-cron run on a clock of its own (aid/ownclock.so.c): nights of change in a
# second, long downtimes, and a short run of tests/chaos/cron.sh.
# bats file_tags=plain,timing

load helper

# clock TIME SPEED [AT BY]: what the next schedulers' clock shows now, how fast it goes, and that it
# is set by BY seconds when it has gone AT.
clock() {
  needs_glibc
  GF_CLOCK="$(date -u -d "$1" +%s) $(awk '{ printf "%.0f", $1 * 1e9 }' /proc/uptime) $2 ${*:3}"
  export GF_CLOCK
}

# scheduler ARG...: in the background; its pid is $pid.
scheduler() {
  LD_PRELOAD=$GF_AID/ownclock.so gf-cron run "$@" </dev/null >out 2>err 3>&- &
  pid=$!
}

# lines FILE N: waits until the file has so many.
lines() {
  for _ in $(seq 200); do
    [ "$(wc -l <"$1" 2>/dev/null)" -ge "$2" ] 2>/dev/null && return
    sleep 0.05
  done
  fails "no $2 lines in $1"
}

teardown() {
  for each in ${pid-} ${first-}; do
    kill -9 "$each" 2>/dev/null || :
    wait "$each" 2>/dev/null || :
  done
}

# shellcheck disable=SC2016
@test "run --dst: what lies in the gap runs once right after it, or is skipped" {
  printf '%s\n' '30 2 * * * GF_ID=x echo $GF_DUE >>x' '10 3 * * * GF_ID=y echo >>y' >t
  clock 2026-03-29T00:50:00Z 1200
  scheduler --tz Europe/Berlin t
  lines y 1
  [ "$(cat x)" = 2026-03-29T01:00:00Z ]
  kill "$pid" && wait "$pid"
  rm x y
  clock 2026-03-29T00:50:00Z 1200
  scheduler --tz Europe/Berlin --dst=skip t
  lines y 1
  [ ! -e x ]
}

# shellcheck disable=SC2016
@test "run: a repeated hour, once for the fixed, twice for what follows real time" {
  printf '%s\n' '30 2 * * * GF_ID=x echo $GF_DUE >>x' '30 * * * * GF_ID=y echo $GF_DUE >>y' >t
  clock 2026-10-24T23:35:00Z 1800 # almost two seconds to start in
  scheduler --tz Europe/Berlin t
  lines y 3
  [ "$(cat x)" = 2026-10-25T00:30:00Z ]
  [ "$(head -n 2 y | tr '\n' ' ')" = '2026-10-25T00:30:00Z 2026-10-25T01:30:00Z ' ]
}

# shellcheck disable=SC2016
@test "run: a clock set forward by less than GF_SKEW loses no job, by more as before" {
  # Set from 12:57:30 to 13:02:00: 12:58, 13:00 and 13:02 are due in the gap, or at its end.
  printf '%s\n' '0 * * * * GF_ID=hour echo $GF_DUE >>hour' '58 * * * * GF_ID=h58 echo $GF_DUE >>h58' \
    '57-59,0-1 * * * * GF_ID=many echo $GF_DUE >>many' 'GF_SKEW=2m' \
    '58 * * * * GF_ID=off echo $GF_DUE >>off' '58 * * * * GF_ID=on GF_SKEW=10m echo $GF_DUE >>on' \
    '4 * * * * GF_ID=z echo >>z' >t
  clock 2026-01-01T12:50:30Z 480 420 270
  scheduler -S ./db t
  lines z 1
  kill "$pid" && wait "$pid"
  [ "$(cat hour h58 on many | tr '\n' ' ')" = '2026-01-01T13:00:00Z 2026-01-01T12:58:00Z 2026-01-01T12:58:00Z 2026-01-01T12:57:00Z 2026-01-01T13:01:00Z ' ] || fails "$(cat many)"
  [ ! -e off ]
  [ "$(gf-cron history -S ./db --job off | cut -f5)" = missed ]
  [ "$(gf-cron history -S ./db --job many | cut -f5 | tr '\n' ' ')" = 'ok missed missed missed ok ' ]
}

# shellcheck disable=SC2016
@test "run: a clock set back, by little or by more than five minutes, runs nothing twice" {
  printf '%s\n' '* * * * * GF_ID=x GF_OVERLAP=allow echo $GF_DUE >>x' >t
  for by in 120 600; do
    rm -f x
    clock 2026-01-01T12:00:30Z 1200 720 -$by
    scheduler t
    lines x 15
    kill "$pid" && wait "$pid"
    sort x >sorted
    gf-cron next --tz UTC --from "$(head -n 1 sorted)" --until "$(tail -n 1 sorted)" '* * * * *' |
      sed 's/+00:00/Z/' >want
    tail -n +2 sorted | cmp - want || fails "$by: $(cat x)"
  done
}

@test "state: what was missed in a month is counted exactly, and one run catches up" {
  printf '* * * * * GF_ID=m GF_CATCHUP=1h echo >>ran\n' >t
  clock 2026-01-01T00:00:20Z 1
  scheduler -S ./db t
  for _ in $(seq 100); do gf-cron status -S ./db 2>/dev/null | grep -q m && break; sleep 0.05; done
  kill "$pid" && wait "$pid"
  clock 2026-01-31T00:00:20Z 1
  scheduler -q --stats=json -S ./db t
  lines ran 1
  kill "$pid" && wait "$pid"
  [ "$(wc -l <ran)" -eq 1 ]
  [ "$(gf-cron history -S ./db | awk '$5 == "missed" { n += $8 } END { print n }')" -eq 43199 ]
  [ "$(gf-cron history -S ./db | tail -n 1 | cut -f2,5)" = $'2026-01-31T00:00:00Z\tok' ]
  [ "$(jq .runs_missed err)" -eq 43199 ]
}

# shellcheck disable=SC2016
@test "run: a table that is read again and again loses no due time and runs none twice" {
  printf '%s\n' '* * * * * GF_ID=x GF_OVERLAP=allow echo $GF_DUE >>x' >t
  clock 2026-01-01T00:00:20Z 600
  scheduler t
  lines x 2
  for _ in $(seq 100); do
    kill -HUP "$pid"
    sleep 0.02
  done
  lines x 20
  kill "$pid" && wait "$pid"
  sort x >sorted
  gf-cron next --tz UTC --from "$(head -n 1 sorted)" --until "$(tail -n 1 sorted)" '* * * * *' |
    sed 's/+00:00/Z/' >want
  tail -n +2 sorted | cmp - want
  [ "$(grep -c 'read again' err)" -gt 20 ]
}

@test "state: --keep goes on forgetting while the scheduler runs" {
  printf '* * * * * GF_ID=m true\n30 */3 * * * GF_ID=last echo >>last\n' >t
  clock 2026-01-01T00:00:20Z 7200
  scheduler -S ./db --keep 10m t
  lines last 2
  kill "$pid" && wait "$pid"
  [ "$(gf-cron history -S ./db --job m | wc -l)" -le 100 ]
}

# more_rows N: more runs are on record.
more_rows() { [ "$(gf-cron history -S ./db 2>/dev/null | wc -l)" -gt "$1" ]; }

# sums_up ID SECONDS: the due times of the job, so many seconds apart, are on record from the first to the last.
sums_up() {
  gf-cron history -S ./db --job "$1" >rows
  local first last
  first=$(date -d "$(head -n 1 rows | cut -f2)" +%s) last=$(date -d "$(tail -n 1 rows | cut -f2)" +%s)
  [ "$(awk -F'\t' '{ n += $8 } END { print n }' rows)" -eq $(((last - first) / $2 + 1)) ] || fails "$(wc -l <rows) rows from $first to $last"
}

@test "state: no due time lies between what is left to another scheduler and what is planned" {
  # The more jobs, the longer is the start; a millisecond of it is ten minutes.
  { echo '* * * * * GF_ID=x :' && for i in $(seq 300); do echo "0 0 1 1 * GF_ID=y$i :"; done; } >t
  clock 2026-01-01T12:00:59Z 1
  scheduler -q -S ./db t
  first=$pid
  until_true eval 'gf-cron history -S ./db 2>/dev/null | grep -q ok'
  kill -STOP "$first"
  clock 2026-01-01T12:01:30Z 600000
  scheduler -q -S ./db t
  until_true more_rows 1
  kill -9 "$first" "$pid"
  wait "$first" "$pid" || :
  sums_up x 60
}

# kill_behind_lock PID: another process has the state locked until the scheduler PID meets the lock, is
# held up while due times come, and then waits 50 ms for the lock to claim the one that waits, and as
# long to record what was missed. PID is killed when it has written behind the lock.
kill_behind_lock() {
  python3 - "$1" <<'END'
import os, signal, sqlite3, sys, time
pid = int(sys.argv[1])
end = time.monotonic() + 20
def until(what):
    while not what() and time.monotonic() < end:
        pass
def latest():
    return c.execute("select max(due) from run").fetchone()[0]
c = sqlite3.connect("db", isolation_level=None, timeout=30)
c.execute("begin exclusive")
until(lambda: "has the state locked" in open("err").read())
os.kill(pid, signal.SIGSTOP)
was = latest()
time.sleep(0.6)
os.kill(pid, signal.SIGCONT)
time.sleep(0.075)
c.execute("commit")
until(lambda: latest() > was)
os.kill(pid, signal.SIGKILL)
END
}

@test "state: a due time that waits for a lock is on record before later ones are" {
  # After it was held up, several due times have come: all but the latest were missed.
  printf 'GF_FIELDS=6\n* * * * * * GF_ID=x exec sleep 9\n' >t
  clock 2026-01-01T12:00:59Z 4
  for _ in 1 2 3; do
    scheduler -S ./db t
    was=$(gf-cron history -S ./db 2>/dev/null | wc -l)
    until_true more_rows "$was"
    kill_behind_lock "$pid"
    wait "$pid" || :
  done
  sums_up x 1
}

# kill_behind_request: another process lets a scheduler begin, and has the state locked again before its
# first claim, until that meets the lock. The scheduler is killed when it has written behind the lock.
kill_behind_request() {
  python3 - <<'END'
import os, signal, sqlite3, sys, time
def until(what):
    end = time.monotonic() + 3
    while not what() and time.monotonic() < end:
        pass
def ask(sql):
    return c.execute(sql).fetchone()[0]
c = sqlite3.connect("db", isolation_level=None, timeout=30)
c.execute("begin exclusive")
open("locked", "w").close()
was, rows = ask("select owner from job where id = 'x'"), ask("select count(*) from run")
until(lambda: os.path.exists("began"))
time.sleep(0.2)
c.execute("commit")
until(lambda: ask("select owner from job where id = 'x'") != was)
c.execute("begin exclusive")
until(lambda: "has the state locked" in open("err").read())
c.execute("commit")
until(lambda: ask("select count(*) from run") > rows)
os.kill(int(open("began").read()), signal.SIGKILL)
END
}

@test "state: what was asked for by hand comes behind a due time that waits for a lock" {
  { echo '* * * * * GF_ID=x GF_CATCHUP=1h :' && for i in $(seq 300); do echo "0 0 1 1 * GF_ID=y$i :"; done; } >t
  clock 2026-01-01T12:00:59Z 1
  scheduler -q -S ./db t
  until_true eval 'gf-cron history -S ./db 2>/dev/null | grep -q ok'
  kill "$pid" && wait "$pid"
  for minute in 2 3 4 5; do
    rm -f locked began
    gf-cron trigger -S ./db x
    kill_behind_request 3>&- &
    first=$!
    until_true test -e locked
    clock 2026-01-01T12:0$minute:30Z 1
    scheduler -S ./db t
    echo "$pid" >pid && mv pid began
    wait "$first"
    wait "$pid" || :
    gf-cron history -S ./db >rows
    due=2026-01-01T12:0$minute:00Z
    [ "$(tail -n 1 rows | cut -f2)" \< "$due" ] || grep -q "$due" rows || fails "$(cat rows)"
  done
}

@test "chaos: killed at random, each due time has one outcome" {
  needs_glibc
  GF_CHAOS_SECONDS=6 run "$ROOT/tests/chaos/cron.sh"
  expect_status 0
  expect_text 'each once'
}
