#!/usr/bin/env bats
# gf-pool: records to commands, output, limits, joblog, signals.

load helper
bats_require_minimum_version 1.5.0

# sleeps until CMD is true, at most 5 s.
eventually() {
  for _ in $(seq 100); do
    "$@" && return 0
    sleep 0.05
  done
  fails "never came true: $*"
}

# gone PID: no such process, or only a corpse that its parent has not collected.
gone() {
  local state
  state=$(sed -n 's/^State:.\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null) || true
  [ -z "$state" ] || [ "$state" = Z ]
}

# ---- records and words -----------------------------------------------------------------------

@test "pool: the record is appended when no word holds {}" {
  run gf-pool -k echo x <<<$'a\nb c'
  expect_status 0
  [ "$output" = $'x a\nx b c' ]
}

@test "pool: {} anywhere in a word, also twice" {
  run gf-pool echo 'pre{}mid{}post' <<<'R'
  [ "$output" = 'preRmidRpost' ]
}

@test "pool: bytes arrive exactly, nothing is run by a shell" {
  printf '%s\n' "it's" '$(touch pwn)' 'a;touch pwn' '  two  spaces ' '-rf' '\n' '"' '*' '`touch pwn`' >in
  gf-pool -k printf '%s\n' {} <in >out
  cmp in out
  gf-pool -k printf '%s\n' -- <in >out || true
  [ ! -e pwn ]
}

@test "pool: invalid UTF-8 and CR in a record are data" {
  printf 'a\r\n\377\376\n' >in
  gf-pool -k printf '%s\n' <in | cmp - in
}

@test "pool: a leading dash of a record is not an option of ours" {
  run gf-pool echo <<<'-j9'
  [ "$output" = '-j9' ]
}

@test "pool: options after the command are the command's" {
  run gf-pool -j1 echo -j9 -k <<<'x'
  [ "$output" = '-j9 -k x' ]
}

@test "pool: -- ends our options" {
  run gf-pool -- echo a <<<'x'
  [ "$output" = 'a x' ]
}

@test "pool: an empty line is a record, -r skips it" {
  run gf-pool -k printf '[%s]' < <(printf 'a\n\nb\n')
  [ "$output" = '[a][][b]' ]
  run gf-pool -k -r printf '[%s]' < <(printf 'a\n\nb\n')
  [ "$output" = '[a][b]' ]
}

@test "pool: empty input runs nothing and is fine" {
  run gf-pool touch ran </dev/null
  expect_status 0
  [ -z "$(ls)" ]
}

@test "pool: the last record may lack its newline" {
  run gf-pool -k echo < <(printf 'a\nb')
  [ "$output" = $'a\nb' ]
}

@test "pool: -0 takes records that end with NUL, newlines inside are data" {
  run gf-pool -0 -k printf '[%s]' < <(printf 'a\nb\0c d\0')
  [ "$output" = $'[a\nb][c d]' ]
}

@test "pool: -I names another placeholder, {} is then text" {
  run gf-pool -I% echo '{}' %x <<<'r'
  [ "$output" = '{} rx' ]
}

@test "pool: parts of the record and numbers have places, {{} is a brace" {
  run gf-pool -j1 echo '{#}' '{/}' '{//}' '{/.}' '{.}' '{{}.}' <<<'d.x/f.tar.gz'
  [ "$output" = '1 f.tar.gz d.x f.tar d.x/f.tar {.}' ]
}

@test "pool: {#} alone is a place: the record is not appended" {
  run gf-pool -k echo '{#}' <<<$'a\nb'
  [ "$output" = $'1\n2' ]
}

@test "pool: slots are reused, and distinct among running jobs" {
  seq 6 | gf-pool -j2 sh -c 'mkdir "lock.$GF_SLOT" || exit 9; sleep 0.1; rmdir "lock.$GF_SLOT"; echo "$GF_SLOT $1"' sh {%} >out
  [ "$(wc -l <out)" -eq 6 ]
  [ "$(sort -u out)" = $'1 1\n2 2' ]
}

@test "pool: GF_SEQ in the environment is the record's number" {
  run env GF_SEQ=77 gf-pool -k sh -c 'echo "$GF_SEQ$1"' sh <<<$'a\nb'
  [ "$output" = $'1a\n2b' ]
}

@test "pool: literal braces survive" {
  run gf-pool echo '{"id": 7}' '{' '}' <<<'x'
  [ "$output" = '{"id": 7} { } x' ]
}

@test "pool: a record with NUL in line mode fails by its number, the run goes on" {
  run --separate-stderr gf-pool -k echo < <(printf 'a\nb\0c\nd\n')
  expect_status 123
  [ "$output" = $'a\nd' ]
  [[ $stderr == 'gf-pool: job 2 could not start: the record holds a NUL byte and cannot be a word'$'\n'* ]]
}

@test "pool: a record too long for a command fails alone" {
  { echo a; head -c 3000000 /dev/zero | tr '\0' x; echo; echo b; } >in
  run --separate-stderr gf-pool -k echo <in
  expect_status 123
  [ "$output" = $'a\nb' ]
  case $stderr in *'job 2 could not start: the command is longer than the system takes'*) ;; *) fails "$stderr" ;; esac
}

@test "pool: a record over --max-record is named, 125" {
  run gf-pool --max-record 1K echo < <(echo a; head -c 400000 /dev/zero | tr '\0' x)
  expect_status 125
  expect_text 'record 2 is longer than 1024 bytes'
}

@test "pool: the record may name the command; a bad one fails alone" {
  printf '%s\n' true gf-no-such-command >in
  run gf-pool -k {} <in
  expect_status 123
  expect_text 'job 2 could not start: No such file or directory: '
}

@test "pool: a placeholder in a shell's script is refused" {
  for script in "sh -c" "bash -c" "dash -ec" "env sh -c" "zsh -c"; do
    # shellcheck disable=SC2086
    run gf-pool $script 'echo {}' <<<'$(touch pwn)'
    expect_status 2
    expect_text 'hint: pass it as a parameter'
  done
  [ ! -e pwn ]
}

@test "pool: a record that would become the script is refused" {
  run gf-pool sh -c <<<'touch pwn'
  expect_status 2
  [ ! -e pwn ]
}

@test "pool: -s runs a script with the record as \$1, whatever it holds" {
  printf '%s\n' '$(touch pwn)' "it's" ';touch pwn' >in
  gf-pool -k -s 'printf "%s\n" "$1"' <in | cmp - in
  [ ! -e pwn ]
  run gf-pool -s 'exit "$1"' <<<3
  expect_status 123
  run gf-pool -s 'echo {}' <<<x
  expect_status 2
  run gf-pool -s 'echo' a word <<<x
  expect_status 2
  expect_text "-s does not go with COMMAND 'a': it takes the place of a command"
}

@test "pool: jobs read /dev/null, not the list" {
  run gf-pool -k -j1 sh -c 'cat; echo "$1"' sh <<<$'a\nb'
  [ "$output" = $'a\nb' ]
}

@test "pool: jobs get 0, 1 and 2, no other descriptor" {
  run gf-pool sh -c 'for f in 3 4 5 6 7 8 9; do [ -e /proc/$$/fd/$f ] && echo $f; done; echo end' sh <<<'x' 7</dev/null
  [ "$output" = end ]
}

@test "pool: input is read lazily: the first job starts before the second record is there" {
  (echo 1; eventually test -e started.1 && touch seen; echo 2) | gf-pool sh -c 'touch "started.$1"' sh
  [ -e seen ] && [ -e started.2 ]
}

# ---- exit status --------------------------------------------------------------------------------

@test "pool: 123 when a job fails, and the others run" {
  run gf-pool -q -k -j1 sh -c '[ "$1" != b ] && echo "$1"' sh <<<$'a\nb\nc'
  expect_status 123
  [ "$output" = $'a\nc' ]
}

@test "pool: a job's own 124, 125, 126, 127 and 255 are just failures" {
  for code in 124 125 126 127 255; do
    run gf-pool sh -c "exit $code" sh <<<x
    expect_status 123
  done
}

@test "pool: a job that is killed fails, the rest runs" {
  run gf-pool -q -k -j1 sh -c '[ "$1" = b ] && kill -9 $$; echo "$1"' sh <<<$'a\nb\nc'
  expect_status 123
  [ "$output" = $'a\nc' ]
}

@test "pool: a later success does not hide a failure" {
  run gf-pool -j1 sh -c 'exit "$1"' sh <<<$'1\n0'
  expect_status 123
}

@test "pool: 127 and one message for a command that is not there, at once" {
  run gf-pool gf-no-such-command < <(seq 1000)
  expect_status 127
  [ "$output" = "gf-pool: command not found: 'gf-no-such-command'" ]
}

@test "pool: 126 for a command that cannot be run" {
  touch file
  run gf-pool ./file < <(seq 1000)
  expect_status 126
  [ "$output" = "gf-pool: cannot run './file': Permission denied" ]
}

@test "pool: a script without interpreter line runs, as with execvp" {
  printf 'echo "got $1"\n' >script
  chmod +x script
  run gf-pool ./script <<<x
  [ "$output" = 'got x' ]
}

@test "pool: no command, an empty command" {
  run gf-pool </dev/null
  expect_status 2
  expect_text 'no command was given'
  run gf-pool '' </dev/null
  expect_status 2
}

# ---- -j ---------------------------------------------------------------------------------------

@test "pool: -j N bounds what runs at once" {
  seq 12 | gf-pool -j3 sh -c 'touch run.$1; ls | grep -c ^run >>seen.$1; sleep 0.1; rm run.$1' sh
  [ "$(cat seen.* | sort -n | tail -1)" -le 3 ]
  [ "$(cat seen.* | sort -n | tail -1)" -ge 2 ]
}

@test "pool: eight that take half a second each take that long in all at -j8" {
  t=$(seconds_of gf-pool -j8 sh -c 'sleep 0.5' sh < <(seq 8))
  between 0.5 "$t" 3.5
}

@test "pool: -j takes percent, +N, -N and -P is the same" {
  for j in -j200% -j+1 -j-1 -P2 "--jobs=3"; do
    run gf-pool "$j" -k echo <<<$'1\n2'
    expect_status 0
    [ "$output" = $'1\n2' ]
  done
}

@test "pool: bad -j is usage" {
  for j in 0% x 1.5 '' 99999999999 +x; do
    run gf-pool -j "$j" echo <<<1
    expect_status 2
  done
}

@test "pool: slots are lowered with one warning when descriptors are few" {
  run --separate-stderr bash -c 'ulimit -n 24; seq 50 | gf-pool -j64 echo | sort -n'
  expect_status 0
  [ "$output" = "$(seq 50)" ]
  [ "$(grep -c 'jobs at once lowered to [1-6]: ' <<<"$stderr")" -eq 1 ]
}

@test "pool: inherited descriptors count against the limit" {
  run --separate-stderr bash -c 'exec 11</dev/null 12</dev/null 13</dev/null 14</dev/null; ulimit -n 24; seq 9 | gf-pool -k -j64 echo'
  [ "$output" = "$(seq 9)" ]
  [[ $stderr == *'jobs at once lowered to '[1-4]': '* ]]
}

@test "pool: a job sees the limit on descriptors that we were given" {
  run bash -c 'ulimit -Sn 256; echo x | gf-pool sh -c "ulimit -n" sh'
  [ "$output" = 256 ]
}

# ---- output --------------------------------------------------------------------------------------

@test "pool: held output is never interleaved" {
  seq 20 | gf-pool -j8 sh -c 'for i in 1 2 3 4 5; do echo "$1"; sleep 0.01; done' sh >out
  [ "$(uniq out | wc -l)" -eq 20 ]
  [ "$(wc -l <out)" -eq 100 ]
}

@test "pool: stdout and stderr are held apart" {
  seq 5 | gf-pool -j5 sh -c 'echo o$1; echo e$1 >&2' sh >out 2>err
  [ "$(sort out | tr '\n' ' ')" = 'o1 o2 o3 o4 o5 ' ]
  [ "$(sort err | tr '\n' ' ')" = 'e1 e2 e3 e4 e5 ' ]
}

@test "pool: -k prints in input order" {
  run gf-pool -k -j4 sh -c 'sleep "0.$1"; echo "$1"' sh <<<$'3\n2\n1\n0'
  [ "$output" = $'3\n2\n1\n0' ]
}

@test "pool: without -k what ends first is printed first" {
  run gf-pool -j2 sh -c 'sleep "$1"; echo "$1"' sh <<<$'0.5\n0'
  [ "$output" = $'0\n0.5' ]
}

@test "pool: -u lets jobs write at once" {
  (echo x | gf-pool -u sh -c 'echo now; sleep 2' sh >out) &
  eventually grep -q now out
  wait
}

@test "pool: --line-buffer prints whole lines as they come" {
  (echo x | gf-pool --line-buffer sh -c 'echo now; printf half; sleep 1; echo " line"' sh >out) &
  eventually grep -q now out
  [ "$(cat out)" = now ]
  wait
  [ "$(cat out)" = $'now\nhalf line' ]
}

@test "pool: --line-buffer never splits a long line, and ends the last one" {
  seq 8 | gf-pool --line-buffer -j8 sh -c \
    'i=0; while [ $i -lt 25 ]; do printf "%04000d" 0 | tr 0 "$1"; i=$((i+1)); done; printf "$1"' sh >out
  [ "$(wc -l <out)" -eq 8 ]
  [ "$(grep -cE '^(1+|2+|3+|4+|5+|6+|7+|8+)$' out)" -eq 8 ]
  awk '{ if (length($0) != 100001) exit 1 }' out
}

@test "pool: much output on both streams at once comes whole" {
  seq 3 | gf-pool -j3 sh -c 'head -c 9000000 /dev/zero >&2 & head -c 7000000 /dev/zero; wait' sh >out 2>err
  [ "$(stat -c %s out)" -eq 21000000 ]
  [ "$(stat -c %s err)" -eq 27000000 ]
}

@test "pool: output over the memory cap goes to a temporary file that leaves no trace" {
  mkdir tmp
  seq 2 | gf-pool -T tmp -j2 sh -c 'seq 600000' sh >out
  [ "$(md5sum <out)" = "$( (seq 600000; seq 600000) | md5sum)" ]
  [ -z "$(ls -A tmp)" ]
}

@test "pool: held output with no room for it: loud, 125, and still whole" {
  run --separate-stderr bash -c 'echo x | gf-pool -T /nonexistent sh -c "seq 600000; seq 600000 >&2" sh 2>err | md5sum; exit ${PIPESTATUS[1]}'
  expect_status 125
  [ "$output" = "$(seq 600000 | md5sum)" ]
  grep -q "^gf-pool: cannot hold the output of job 1 in '/nonexistent': No such file" err
  [ "$(grep -v -e ^gf-pool -e ^hint err | md5sum)" = "$(seq 600000 | md5sum)" ]
}

@test "pool: full standard output is 125 with a message, never 0" {
  run bash -c 'echo 1 | gf-pool echo 2>&1 >/dev/full'
  expect_status 125
  [ "$output" = 'gf-pool: write error on standard output: No space left on device' ]
}

@test "pool: a failed write of a job's stderr is 125" {
  run bash -c 'echo 1 | gf-pool sh -c "echo x >&2" sh 2>/dev/full'
  expect_status 125
}

@test "pool: a closed pipe downstream ends it by SIGPIPE, quietly, with its jobs" {
  run bash -c 'seq 1000 | gf-pool -j4 sh -c "echo \$1; sleep 0.1" gf-marker-$$ 2>err | head -1 >/dev/null; echo "${PIPESTATUS[1]}"; cat err'
  [ "$output" = 141 ]
}

@test "pool: a slow reader holds up no deadline" {
  (echo 1; echo 2) | gf-pool -j2 -t 0.5 --joblog log sh -c 'if [ "$1" = 1 ]; then head -c 1000000 /dev/zero; else sleep 30; fi' sh |
    (sleep 2; wc -c >n)
  [ "$(cat n)" -eq 1000000 ]
  awk -F'\t' '$1 == 2 { exit !($4 < 1.5 && $7 == -1) }' log
}

@test "pool: --line-buffer with a slow reader loses nothing" {
  printf '1\n2\n' | gf-pool -j2 --line-buffer -s 'head -c 3000000 /dev/zero | tr "\0" "$1" | fold -w 99' |
    (sleep 2; cat) >out
  [ "$(stat -c %s out)" -eq 6060608 ]
  run ! grep -qvE '^(1+|2+)$' out
}

@test "pool: held output with no room and a slow reader loses nothing" {
  printf '1\n2\n' | (gf-pool -j2 -T /nonexistent -s 'head -c 3000000 /dev/zero' 2>err || echo $? >rc) |
    (sleep 2; cat) >out
  [ "$(stat -c %s out)" -eq 6000000 ]
  [ "$(cat rc)" -eq 125 ]
}

# ---- time limits -----------------------------------------------------------------------------------

@test "pool: -t ends a job; 124 when every failure was one" {
  t=$(seconds_of bash -c 'echo 60 | gf-pool -t 0.3 sleep; echo $? >rc')
  [ "$(cat rc)" -eq 124 ]
  between 0.3 "$t" 10
  run gf-pool -t 0.3 -j2 sh -c '[ "$1" = 1 ] && exit 1; sleep 60' sh <<<$'1\n2'
  expect_status 123
}

@test "pool: a job that ignores SIGTERM is killed after --kill-after" {
  t=$(seconds_of bash -c 'echo x | gf-pool -t 0.2 --kill-after 0.3 --joblog log sh -c "trap \"\" TERM; while :; do sleep 0.05; done" sh; :')
  between 0.5 "$t" 10
  [ "$(awk -F'\t' 'NR == 2 { print $7, $8 }' log)" = '-1 9' ]
}

@test "pool: a job that stopped itself is ended too, by SIGTERM" {
  t=$(seconds_of bash -c "gf-pool -t 0.3 -s 'kill -STOP \$\$; echo no' <<<x >out; echo \$? >rc")
  [ "$(cat rc)" -eq 124 ]
  [ ! -s out ]
  between 0.3 "$t" 3 # not when --kill-after comes
}

@test "pool: 123, not 124, when output was cut off as well" {
  run gf-pool -q -j2 -t 0.5 -s '[ "$1" = 1 ] && exec sleep 60; (trap "" TERM; exec setsid sleep 4) & :' <<<$'1\n2'
  expect_status 123
}

@test "pool: 123, not the 0 of --halt, when output was cut off" {
  run -123 gf-pool -q --halt soon,success=1 -s '(exec setsid sleep 3) & :' ::: 1
}

@test "pool: the whole group of a timed-out job is ended" {
  echo x | gf-pool -t 0.3 sh -c 'sleep 60 & echo $! >pid; sleep 60' sh || true
  gone "$(cat pid)"
}

@test "pool: what is left of a group that ignores SIGTERM is killed, its slot held until then" {
  t=$(seconds_of bash -c 'echo x | gf-pool -t 0.2 --kill-after 0.4 sh -c "(trap \"\" TERM; echo \$BASHPID >/dev/null; while :; do sleep 0.05; done) & echo \$! >pid; sleep 60" sh; :')
  between 0.6 "$t" 10
  gone "$(cat pid)"
}

@test "pool: a daemon that keeps the pipe does not keep the slot; its output is read on" {
  t=$(seconds_of bash -c 'seq 2 | gf-pool -j1 sh -c "[ \$1 = 2 ] || (sleep 1.5; echo late) & echo \$1" sh >out; echo $? >rc')
  [ "$(sort out | tr '\n' ' ')" = '1 2 late ' ] || [ "$(cat rc)" -eq 123 ]
  between 1 "$t" 4
}

@test "pool: output that is cut at the end is named, and 123" {
  run --separate-stderr gf-pool sh -c 'sleep 30 & echo ok' sh <<<x
  expect_status 123
  [ "$output" = ok ]
  case $stderr in *'job 1 left something running that still holds its output'*) ;; *) fails "$stderr" ;; esac
}

@test "pool: bad durations are usage errors with the place" {
  run gf-pool -t 5parsec true <<<x
  expect_status 2
  expect_text "unknown unit 'parsec'"
  run gf-pool -t 0 true <<<x
  expect_status 2
}

# ---- --halt -----------------------------------------------------------------------------------------

@test "pool: --halt soon,fail=1 starts no more, waits, exits with that job's status" {
  run --separate-stderr gf-pool -j1 --halt soon,fail=1 -s 'echo "$1"; exit "$1"' < <(printf '0\n0\n7\n0\n0\n')
  expect_status 7
  [ "$output" = $'0\n0\n7' ]
  [ "$stderr" = "gf-pool: no new jobs: job 3 was the last that --halt waited for
gf-pool: 1 of 3 jobs failed; first: job 3, exit status 7: sh -c 'echo \"\$1\"; exit \"\$1\"' sh 7
hint: --joblog FILE logs each job; --resume-failed then runs failed jobs again" ]
}

@test "pool: --halt now,fail=1 ends the others" {
  t=$(seconds_of bash -c "gf-pool -j3 --halt now,fail=1 -s 'sleep \"\$1\"; exit 5' < <(printf '0.2\n30\n40\n'); echo \$? >rc")
  [ "$(cat rc)" -eq 5 ]
  between 0.2 "$t" 3
}

@test "pool: --halt now,success=1 is 0 though the others were ended" {
  t=$(seconds_of bash -c "gf-pool -j3 --halt now,success=1 sleep < <(printf '0.2\n30\n40\n'); echo \$? >rc")
  [ "$(cat rc)" -eq 0 ]
  between 0.2 "$t" 3
}

@test "pool: --halt done=N and shares" {
  run gf-pool -q -j1 --halt soon,done=2 echo < <(seq 10)
  expect_status 0
  [ "$output" = $'1\n2' ]
  run gf-pool -q -j1 --halt soon,fail=50% -s 'echo "$1"; exit 1' < <(seq 10)
  expect_status 123
  [ "$output" = $'1\n2\n3' ]
  run gf-pool -q -j1 --halt soon,fail=2 -s 'echo "$1"; exit 1' < <(seq 10)
  expect_status 123
  [ "$output" = $'1\n2' ]
}

@test "pool: a job that died of a signal and fail=1" {
  run gf-pool -q --halt soon,fail=1 -s 'kill -9 $$' <<<x
  expect_status 137
}

@test "pool: a job that cannot start counts for --halt, and its status is ours" {
  run -123 --separate-stderr gf-pool -q -j1 --halt soon,fail=1 echo < <(printf 'a\0b\n1\n2\n')
  [ -z "$output" ]
  run -127 --separate-stderr gf-pool -q -j1 --halt now,fail=1 {} ::: nosuch 'touch ran'
  run -126 --separate-stderr gf-pool -q -j1 --halt soon,fail=1 {} ::: /etc/passwd true
  run -123 --separate-stderr gf-pool -q -j1 --halt soon,fail=1 echo < <(printf '%0200000d\na\n' 0)
  [ -z "$output" ]
  run -123 --separate-stderr gf-pool -q -j1 --halt soon,fail=1 -n 2 echo < <(printf 'a\0b\n1\n2\n')
  [ -z "$output" ]
  run -123 --separate-stderr gf-pool -q -j1 --halt soon,fail=1 -X echo < <(printf 'a\0b\n')
  [ -z "$output" ]
  run -127 --separate-stderr gf-pool -q -j1 --halt soon,done=1 {} ::: nosuch true
  run -123 --separate-stderr gf-pool -q -j1 --halt soon,fail=2 --retries 1 {} x ::: nosuch echo nosuch echo
  [ "$output" = x ]
  run -0 --separate-stderr gf-pool -q -j1 --halt soon,success=1 {} ::: nosuch true false
  run -123 gf-pool -q --dry-run --halt soon,fail=1 echo < <(printf 'a\0b\n1\n')
}

@test "pool: --halt done=1: the first to end decides" {
  run -4 gf-pool -q --halt now,done=1 -s 'exit $1' ::: 4
  run -0 gf-pool -q -j2 --halt now,done=1 sleep ::: 0.1 30
  run -137 gf-pool -q -j2 --halt now,done=1 -s 'sleep $1; kill -9 $$' ::: 0.1 30
  run -4 gf-pool -q -j1 --halt soon,done=1 -s 'exit $1' ::: 4 0
  # Of several none decides alone: no failure is hidden.
  run -123 gf-pool -q -j1 --halt soon,done=2 -s 'exit $1' ::: 4 0 0
  run -123 gf-pool -q -j1 --halt soon,done=50% -s 'exit $1' ::: 4 0 0 0
}

@test "pool: bad --halt is usage with the place" {
  for halt in later,fail=1 soon now,fail now,fail= now,lose=1 now,fail=0 now,fail=101% =1 ''; do
    run gf-pool --halt "$halt" true <<<x
    expect_status 2
    expect_text 'hint: write soon,fail=1'
  done
}

# ---- joblog ------------------------------------------------------------------------------------------

@test "pool: joblog has GNU parallel's columns and tells exits, signals and timeouts apart" {
  seq 3 | gf-pool -j3 --joblog log sh -c 'exit $1' x || [ $? -eq 123 ]
  [ "$(head -1 log)" = $'Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand' ]
  [ "$(sort -n log | cut -f1,2,7,8,9 | tail -3)" = "$(printf '%s\t:\t%s\t0\tsh -c '\''exit $1'\'' x %s\n' 1 1 1 2 2 2 3 3 3)" ]
  [ "$(stat -c %a log)" = 600 ]
  echo x | gf-pool --joblog log2 sh -c 'kill -9 $$' sh || true
  [ "$(tail -1 log2 | cut -f7,8)" = $'0\t9' ]
  echo 60 | gf-pool -t 0.2 --joblog log3 sleep || true
  [ "$(tail -1 log3 | cut -f7,8)" = $'-1\t15' ]
  [ "$(tail -1 log3 | cut -f9)" = 'sleep 60' ]
}

@test "pool: a row is a line even when the record holds a newline, and sh reads it back" {
  printf 'a\nb\0' | gf-pool -0 --joblog log echo >out
  [ "$(wc -l <log)" -eq 2 ]
  bash -c "$(tail -1 log | cut -f9)" | cmp - out
}

@test "pool: a TAB in a record is no column of the log" {
  printf 'c\td\n' | gf-pool --joblog log true
  [ "$(awk -F'\t' '{ print NF }' log)" = $'9\n9' ]
}

@test "pool: joblog is under umask 000 still 0600" {
  (umask 000; echo x | gf-pool --joblog log true)
  [ "$(stat -c %a log)" = 600 ]
}

@test "pool: joblog follows no link and truncates nothing" {
  echo precious >victim
  ln -s victim log
  run gf-pool --joblog log true <<<x
  expect_status 125
  expect_text "cannot use joblog 'log': is a symbolic link"
  [ "$(cat victim)" = precious ]
  run gf-pool --joblog - true <<<x
  expect_status 2
  [ ! -e - ]
  run gf-pool --joblog victim touch ran <<<x
  expect_status 2
  expect_text 'hint: --resume goes on where that ended, --joblog +victim runs all and appends'
  [ ! -e ran ]
  run gf-pool --joblog +victim touch ran <<<x
  expect_status 125
  [ "$(cat victim)" = precious ]
  [ ! -e ran ]
  gf-pool --joblog mine true <<<x
  gf-pool --joblog +mine true <<<x
  [ "$(wc -l <mine)" -eq 3 ]
}

@test "pool: joblog to /dev/stderr and to a fifo" {
  run --separate-stderr gf-pool --joblog /dev/stderr true <<<x
  [ "$(wc -l <<<"$stderr")" -eq 2 ]
  mkfifo f
  cat f >got &
  gf-pool --joblog f true <<<x
  wait
  [ "$(wc -l <got)" -eq 2 ]
}

@test "pool: a joblog that cannot be written is 125 before any job" {
  run gf-pool --joblog /dev/full touch ran <<<x
  expect_status 125
  expect_text "No space left on device"
  [ ! -e ran ]
  run gf-pool --joblog no/such/dir/log touch ran <<<x
  expect_status 125
  [ ! -e ran ]
}

@test "pool: a joblog that fills up stops new jobs and is 125" {
  run bash -c 'ulimit -f 1; seq 1000 | gf-pool -j1 --joblog log sh -c "echo \$1 >/dev/null" sh'
  expect_status 125
  expect_text "cannot write to joblog 'log': File too large"
  [ "$(wc -l <log)" -lt 1000 ]
}

@test "pool: --dry-run prints commands quoted for sh, runs and logs nothing" {
  printf '%s\n' 'a b' "it's" '$(x)' >in
  gf-pool --dry-run --joblog log printf '%s\n' <in >cmds
  [ ! -e log ]
  sh cmds | cmp - in
  run gf-pool --dry-run echo </dev/null
  expect_status 0
  [ -z "$output" ]
}

@test "pool: --dry-run to a full device is 125" {
  run bash -c 'echo x | gf-pool --dry-run echo >/dev/full'
  expect_status 125
}

# ---- rate --------------------------------------------------------------------------------------------

@test "pool: --rate limits starts, whatever stands ready" {
  t=$(seconds_of bash -c 'seq 6 | gf-pool --rate 10/s -j6 true')
  between 0.48 "$t" 10
}

@test "pool: --rate does not burst after slots were busy" {
  # One slot is busy for a second; afterwards starts must still be 0.1 s apart.
  seq 8 | gf-pool -j1 --rate 10/s --joblog log sh -c '[ $1 = 1 ] && sleep 1; :' sh
  awk -F'\t' 'NR > 2 { if (last && $3 - last < 0.08) { print "gap " $3 - last; exit 1 } last = $3 }' log
}

@test "pool: --rate of bytes is usage" {
  run gf-pool --rate 1MiB/s true <<<x
  expect_status 2
}

# ---- signals ---------------------------------------------------------------------------------------

@test "pool: one SIGTERM: no new jobs, running ones finish, dies by it" {
  (seq 100 | gf-pool -j2 sh -c 'touch start.$1; sleep 0.6; touch end.$1' sh 2>err) &
  eventually test -e start.2
  pool=$(pgrep -P $! gf-pool || echo $!)
  kill -TERM "$pool"
  wait $! && fails 'exit status 0' || [ $? -eq 143 ]
  [ "$(ls start.* | wc -l)" -eq "$(ls end.* | wc -l)" ]
  [ "$(ls start.* | wc -l)" -lt 10 ]
  grep -q 'stopping: no new jobs, waiting for 2 to finish' err
}

@test "pool: a stream of jobs that end at once does not keep a signal waiting" {
  (yes x | gf-pool -j16 true) &
  sleep 0.5
  pool=$(pgrep -P $! gf-pool || echo $!)
  kill -TERM "$pool"
  eventually gone "$pool"
  wait $! || true
}

@test "pool: a second SIGTERM ends the jobs" {
  (seq 100 | gf-pool -j2 --kill-after 0.3 sh -c 'touch start.$1; trap "" TERM; sleep 60; sleep 60' sh 2>err) &
  eventually test -e start.2
  pool=$(pgrep -P $! gf-pool || echo $!)
  kill -TERM "$pool"; sleep 0.2; kill -TERM "$pool"
  eventually gone "$pool"
  wait $! || true
}

@test "pool: no direct child outlives a kill -9 of the pool" {
  (seq 4 | gf-pool -j4 sh -c 'echo $$ >pid.$1; trap "" TERM; exec sleep 60' sh) &
  eventually test -s pid.4
  pool=$(pgrep -P $! gf-pool || echo $!)
  kill -KILL "$pool"
  wait $! || true
  sleep 0.3
  for f in pid.*; do
    gone "$(cat "$f")" || fails "$f runs on"
  done
}

@test "pool: SIGTSTP stops the jobs, SIGCONT goes on with them" {
  (echo x | gf-pool -t 3 sh -c 'echo $$ >pid; i=0; while [ $i -lt 5 ]; do sleep 0.1; i=$((i+1)); done; touch ended' sh) &
  eventually test -s pid
  pool=$(pgrep -P $! gf-pool || echo $!)
  kill -TSTP "$pool"
  eventually grep -q '^State:.T' "/proc/$(cat pid)/status"
  grep -q '^State:.T' "/proc/$pool/status"
  kill -CONT "$pool"
  wait $!
  [ -e ended ]
}

@test "pool: time spent stopped does not count against -t" {
  (gf-pool -t 1.5 -s 'touch start; sleep 0.8; touch ended' <<<x) &
  eventually test -e start
  pool=$(pgrep -P $! gf-pool || echo $!)
  kill -TSTP "$pool"
  sleep 2
  kill -CONT "$pool"
  wait $!
  [ -e ended ]
}

@test "pool: SIGCONT reaches jobs that somebody stopped" {
  (gf-pool -t 5 -s 'echo $$ >pid; i=0; while [ $i -lt 6 ]; do sleep 0.1; i=$((i+1)); done; touch ended' <<<x) &
  eventually test -s pid
  pool=$(pgrep -P $! gf-pool || echo $!)
  kill -STOP "$(cat pid)" "$pool"
  kill -CONT "$pool"
  wait $!
  [ -e ended ]
}

@test "pool: SIGUSR1 prints one status line" {
  (seq 3 | gf-pool -j1 sh -c 'touch start.$1; sleep 0.5' sh 2>err) &
  eventually test -e start.1
  kill -USR1 "$(pgrep -P $! gf-pool || echo $!)"
  wait $!
  [ "$(wc -l <err)" -eq 1 ]
  grep -qE '^gf-pool: [0-9/]+ done, 0 failed, 1 run, ' err
}

@test "pool: an inherited trap '' INT stays ignored" {
  (trap '' INT; seq 2 | gf-pool -j1 sh -c 'touch start.$1; sleep 0.4' sh) &
  eventually test -e start.1
  kill -INT "$(pgrep -P $! gf-pool || echo $!)"
  wait $!
  [ -e start.2 ]
}

@test "pool: inherited ignored SIGCHLD and blocked signals do no harm" {
  run bash -c "trap '' CHLD; seq 3 | gf-pool -k echo"
  expect_status 0
  [ "$output" = $'1\n2\n3' ]
}

@test "pool: jobs get the dispositions and the mask that we were given" {
  sh -c 'grep -E "^Sig(Ign|Blk)" /proc/self/status' >want
  gf-pool sh -c 'grep -E "^Sig(Ign|Blk)" /proc/self/status' sh <<<x | cmp - want
  (trap '' PIPE HUP; sh -c 'grep -E "^Sig(Ign|Blk)" /proc/self/status') >want
  (trap '' PIPE HUP; gf-pool sh -c 'grep -E "^Sig(Ign|Blk)" /proc/self/status' sh <<<x) | cmp - want
}

@test "pool: as PID 1 it reaps orphans and exits 128+n" {
  needs_namespaces
  not_sanitized 'the leak checker cannot trace there'
  run unshare -Urpf --mount-proc "$GF_BIN/gf-pool" -k sh -c '(setsid sh -c "sleep 0.1" &) ; echo "$1"; sleep 0.3; ps -e -o stat= | grep -c Z || :' sh <<<a
  expect_status 0
  [ "$output" = $'a\n0' ]
  run timeout -k 5 10 bash -c '(echo x; sleep 3) | unshare -Urpf --mount-proc "$GF_BIN/gf-pool" sh -c "sleep 0.2; kill -TERM 1" sh; echo ${PIPESTATUS[1]}'
  case $output in *143) ;; *) fails "$output" ;; esac
}

# ---- what it says ------------------------------------------------------------------------------------

@test "pool: --stats counts, --stats=json is JSON, prom goes to a file" {
  run --separate-stderr gf-pool --stats sh -c 'exit "$1"' sh <<<$'0\n0\n1'
  expect_status 123
  case $stderr in *$'jobs 3\nok 2\nfailed 1\n'*'job p50 '*' max '*) ;; *) fails "$stderr" ;; esac
  run --separate-stderr gf-pool --stats=json true <<<x
  [ "$(jq -r '.v, .tool, .jobs, .ok, .job_seconds.count' <<<"$stderr" | tr '\n' ' ')" = '1 gf-pool 1 1 1 ' ]
  gf-pool --stats=prom --stats-file m.prom true <<<x
  grep -qx 'gf_pool_jobs_total 1' m.prom
  grep -qx '# TYPE gf_pool_job_seconds summary' m.prom
}

@test "pool: statistics that cannot be written are 125" {
  run gf-pool --stats --stats-file no/such/file true <<<x
  expect_status 125
}

@test "pool: --progress writes nothing when stderr is no terminal" {
  run --separate-stderr gf-pool --progress sh -c 'sleep 1.5' sh <<<x
  [ -z "$stderr" ]
}

@test "pool: --progress=always writes plain lines when stderr is no terminal" {
  run --separate-stderr gf-pool --progress=always sh -c 'sleep 1.5' sh <<<x
  [[ $stderr =~ ^gf-pool:\ 0/1\ done,\ 0\ failed,\ 1\ run, ]]
}

@test "pool: -k with -u is a contradiction" {
  run gf-pool -k -u true <<<x
  expect_status 2
}

@test "pool: memory does not grow with the number of records" {
  not_sanitized 'measures the memory'
  # A few hundred records take 2 MB; 1 KB that stays of each of these would be 4 MB more.
  seq 4000 | "$GF_AID/frugal" 5000 gf-pool -j2 true
}
