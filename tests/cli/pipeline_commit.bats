#!/usr/bin/env bats
# gf-pipeline --commit and --resume: what an input, an output and a commit file may have become since.
# (Under kill -9: pipeline_chaos.bats.)

load helper

# run_up [OPTION]...: one stage, which writes records in upper case; standard input and output are ours.
commit() { gf-pipeline --dead dead --commit c "$@"; }
beside() { exec gf-pipeline --dead dead --commit c "$@"; } # with &: it has the pid
up() { commit "$@" --stage up -- sed -u 's/.*/\U&/'; }

# rows: the newer row's words, one a line.
row() { tr -d '\0' <c | sort -t= -k2,2n | tail -n 1 | tr ' ' '\n' | grep "^$1=" | cut -d= -f2; }

has_row_of() { [ "$(row records)" -ge "$1" ]; }

# killed: a run over `in` to `out` that is killed when it has written 3 records of `in`.
killed() {
  beside --stage slow --mode each -- sh -c 'cat; sleep 0.2' <in >>out &
  local pid=$!
  until_true has_lines out 3
  kill -9 "$pid"
  wait "$pid" 2>/dev/null || true
}

go_on() { commit --resume "$@" --stage slow --mode each -- cat; }

@test "commit: the first row is there before anything is written, the last one says that it ended" {
  seq 3 >in
  commit --stage look -- sh -c 'read -r x; grep -o "offset=[0-9]* records=[0-9]* ended=[01]" c; cat >/dev/null' \
    <in >out || true
  [ "$(head -n 1 out)" = 'offset=0 records=0 ended=0' ]
  rm c
  up <in >out
  [ "$(row offset) $(row records) $(row ended)" = '6 3 1' ]
  [ "$(stat -c %a c)" = 600 ]
}

@test "resume: goes on behind what is done, and cuts the output back to it" {
  seq 10 >in
  echo before >out
  killed
  echo half >>out
  go_on <in >>out
  { echo before; seq 10; } | cmp - out
  run go_on <in
  expect_status 0
  expect_text 'going on behind record 10, byte 21'
}

@test "resume: without --commit's file it begins; a run that did not end is not begun anew unasked" {
  seq 10 >in
  killed
  run commit --stage s -- cat <in
  expect_status 125
  expect_text "commit 'c' is of a run that did not end"
  expect_text '--resume goes on there'
  rm c
  commit --resume --stage s -- cat <in >out
  seq 10 | cmp - out
  # One that ended may be, and may begin somewhere else.
  seq 3 >other
  commit --stage s -- cat <other >out
  seq 3 | cmp - out
}

@test "resume: another input is refused, and nothing is changed" {
  seq 10 >in
  killed
  cp out was
  cp c c.was
  cp in copy
  run go_on <copy
  expect_status 125
  expect_text "the input is not the one of commit 'c': it is another file"
  run go_on < <(seq 10)
  expect_status 125
  expect_text '--resume needs an input that can seek'
  expect_text '--skip-known'
  # The same file with other bytes, and a shorter one.
  sed 1s/1/9/ in >copy
  cat copy >in
  run go_on <in
  expect_status 125
  expect_text 'it has other bytes'
  printf '1\n' >in
  run go_on <in
  expect_status 125
  expect_text 'it is shorter'
  cmp out was
  cmp c c.was
}

@test "resume: a pipe is passed by as far as is known, and has to be the same" {
  seq 10 >in
  killed
  [ "$(row records)" -ge 2 ]
  go_on --skip-known < <(seq 10) >>out
  seq 10 | cmp - out
  run go_on --skip-known < <(seq 2 11)
  expect_status 125
  expect_text 'it has other bytes'
  run go_on --skip-known < <(seq 9)
  expect_status 125
  expect_text 'the input ends before byte 21'
  # And from there on.
  seq 12 | go_on --skip-known >rest
  seq 11 12 | cmp - rest
}

@test "resume: an input that grew goes on, also one whose last record had no end" {
  seq 3 >in
  up <in >out
  printf '4\n5' >>in
  up --resume <in >>out
  seq 5 | cmp - out
  [ "$(row offset)" = 9 ]
  printf '\n6\n' >>in
  up --resume <in >>out
  seq 6 | cmp - out
  up --resume --skip-known < <(seq 6; printf 7) >>out
  up --resume --skip-known < <(seq 8) >>out
  seq 8 | cmp - out
}

@test "resume: a record that was done and has grown since ends the run" {
  printf '1\n2' >in
  up <in >out
  printf '3\n' >>in
  run up --resume <in
  expect_status 125
  expect_text 'record 2 is done, and goes on in the input now'
  run up --resume --skip-known < <(printf '1\n23\n')
  expect_status 125
  expect_text 'record 2 is done, and goes on in the input now'
}

@test "resume: an output that > has emptied, or another one, is refused" {
  seq 10 >in
  killed
  cp out was
  run bash -c 'gf-pipeline --dead dead --commit c --resume --stage s -- cat <in >out'
  expect_status 125
  expect_text "the output is shorter than commit 'c' says"
  expect_text 'with > the shell has emptied it'
  run go_on <in
  expect_status 125
  expect_text 'the output is not the file that commit'
  cp was out
  go_on <in >>out
  seq 10 | cmp - out
}

@test "resume: behind the output of a run that ended stands what others wrote" {
  seq 3 >in
  up <in >out
  echo more >>out
  seq 4 5 >>in
  up --resume <in >>out
  [ "$(paste -sd' ' out)" = '1 2 3 more 4 5' ]
  # Or it is another file by now.
  seq 6 7 >>in
  up --resume <in >new
  [ "$(paste -sd' ' new)" = '6 7' ]
}

@test "commit: an output that is written from its middle on is cut where the run wrote" {
  seq 10 >in
  yes | head -n 500 >out
  exec 5<>out
  beside --stage slow --mode each -- sh -c 'cat; sleep 0.2' <in >&5 &
  pid=$!
  until_true grep -q 3 out
  kill -9 "$pid"
  wait "$pid" 2>/dev/null || true
  [ "$(row length)" -lt 20 ]
  exec 5<>out
  go_on <in >&5
  exec 5>&-
  seq 10 | cmp - out
}

@test "commit: half a letter at the end of the dead letters is taken off, any other line is ended" {
  printf '{"v":1,"x":1}\n{"v":1,"time":"2026-1' >dead
  seq 2 >in
  run gf-pipeline --dead dead --stage s --mode each -- false <in
  expect_status 123
  expect_text "'dead' ended in half a dead letter"
  [ "$(wc -l <dead)" -eq 3 ]
  [ "$(tail -n 2 dead | jq -c '[.seq, .origin]' | paste -sd' ')" = '[1,"1"] [2,"2"]' ]
  printf 'a note' >dead
  run gf-pipeline --dead dead --stage s --mode each -- false <in
  expect_status 123
  [ "$(head -n 1 dead)" = 'a note' ]
  [ "$(wc -l <dead)" -eq 3 ]
  # Another run that has it open may be about to write the other half.
  printf '{"v":1,"time":"2026-1' >dead
  flock -s dead sh -c 'gf-pipeline --dead dead --stage s -- cat </dev/null'
  [ "$(wc -c <dead)" -eq 21 ]
}

@test "commit: a record that is too long is passed by as a whole" {
  { seq 3; head -c 3000000 /dev/zero | tr '\0' x; echo; seq 4 5; } >in
  run -123 commit --max-record 100k --stage s -- cat <in
  [ "$(grep -c '^[1-5]$' <<<"$output")" -eq 5 ]
  [ "$(jq -c '[.seq, .reason, .truncated, .offset, (.origin | length)]' dead)" = '[4,"oversize",true,6,65536]' ]
  [ "$(row offset) $(row records)" = "$(stat -c %s in) 6" ]
  # Killed in its midst: no record is made of the rest.
  rm c dead
  mkfifo p
  beside --max-record 100k --stage s -- sh -c 'while read -r x; do sleep 0.3; echo "$x"; done' <p >out &
  pid=$!
  exec 6>p
  head -c 1000000 in >&6
  until_true test -s dead
  until_true has_row_of 3
  kill -9 "$pid"
  wait "$pid" 2>/dev/null || true
  exec 6>&-
  [ "$(row offset) $(row records)" = '6 3' ]
  commit --max-record 100k --resume --skip-known --stage s -- cat < <(cat in) >>out && fails 'status 0'
  seq 5 | cmp - out
}

# ---- the file ------------------------------------------------------------------------------------------------

@test "commit: two runs do not share the file" {
  mkfifo p
  beside --stage s -- cat <p >/dev/null &
  pid=$!
  exec 6>p
  until_true test -s c
  run commit --resume --stage s -- cat </dev/null
  expect_status 125
  expect_text "another run uses the commit file 'c'"
  exec 6>&-
  wait "$pid"
}

@test "commit: a symbolic link, a file of two names, one that others may write are refused" {
  seq 3 >in
  echo keep >target
  ln -s target c
  run up <in
  expect_status 125
  expect_text "cannot use 'c' for commits"
  rm c
  ln target c
  run up <in
  expect_status 125
  rm c
  [ "$(cat target)" = keep ]
  up <in >/dev/null
  chmod 666 c
  run up --resume <in
  expect_status 125
}

@test "commit: a file that is none is refused and kept; half a first row is none yet" {
  seq 3 >in
  seq 1000 >c
  cp c was
  for option in '' --resume; do
    run up $option <in
    expect_status 125
    expect_text "'c' is no commit file, or a damaged one"
  done
  cmp c was
  printf 'gf-pipeline-commit 1 number=1 off' >c
  up --resume <in >out
  seq 3 | cmp - out
}

@test "commit: the older row counts where the newer one is damaged" {
  seq 10 >in
  up <in >out
  n=$(row number)
  printf 'XX' | dd of=c bs=1 seek=$(((n - 1) % 2 * 512 + 30)) conv=notrunc status=none
  up --resume <in >>out
  seq 10 | cmp - out
  [ "$(row ended)" = 1 ]
}

@test "commit: an input that becomes shorter meanwhile ends the run" {
  seq 100 >in
  beside --stage slow --mode each -- sh -c 'cat; sleep 0.1' <in >out 2>err &
  pid=$!
  until_true has_lines out 2
  : >in
  wait "$pid" && status=0 || status=$?
  expect_status 125
  grep -q 'it became shorter' err
}

# Runs in a name space of its own, with a small file system in ./d.
full_disk() {
  mount -t tmpfs -o size=200k,mode=755 none d && cd d || exit 99
  seq -f '%0400.0f' 200 >../in
  cat /dev/zero >fill 2>/dev/null
  gf-pipeline --dead ../dead --commit c --stage s -- cat <../in 2>../err1
  echo "$?" >../status1
  rm fill
  gf-pipeline --dead ../dead --commit c --resume --stage s --window 1 -- sh -c '
    while read -r x; do echo "$x"; [ "${x#*050}" ] || cat /dev/zero >fill 2>/dev/null; done' <../in >out 2>../err2
  echo "$?" >../status2
  rm fill
  gf-pipeline --dead ../dead --commit c --resume --stage s -- cat <../in >>out
  cmp ../in out
}

@test "commit: a full disk ends the run; with room again nothing is lost or twice" {
  needs_namespaces
  mkdir d
  export -f full_disk
  run unshare -Urm bash -c full_disk
  expect_status 0
  [ "$(cat status1 status2 | paste -sd' ')" = '125 125' ]
  grep -q "cannot write commit 'c': No space left" err1
  grep -q 'write error: No space left' err2
}

@test "commit: --fsync brings output, letters and commits to the disk, and the last commit is there" {
  seq 50 >in
  commit --fsync --stage s -- cat <in >out
  [ "$(row offset) $(row records) $(row ended)" = '141 50 1' ]
}

# ---- lines that stand together -------------------------------------------------------------------------------

# The first line is the last one that is answered, so that all but the second half of 3 goes out at once.
@test "commit: an answer of several lines is cut away as a whole" {
  seq 4 >in
  beside --stage two --mode each -- sh -c 'read -r x; echo "$x"; echo "+$x"' \
    ::: --stage slow --mode each -j8 -- sh -c '
    read -r x; echo "$x"; [ "$x" != 1 ] || sleep 1; [ "$x" != +3 ] || sleep 60' <in >out &
  pid=$!
  until_true has_lines out 5
  until_true has_row_of 2
  kill -9 "$pid"
  wait "$pid" 2>/dev/null || true
  commit --resume --stage two --mode each -- sh -c 'read -r x; echo "$x"; echo "+$x"' \
    ::: --stage slow --mode each -- cat <in >>out
  seq 4 | sed 'p;s/^/+/' | cmp - out
}

@test "commit: --unordered into a file keeps the order, so that it can be cut; into a pipe it does not" {
  seq 4 >in
  one_late() { commit --unordered --stage s --mode each -j4 -- sh -c 'read -r x; [ "$x" != 1 ] || sleep 1; echo "$x"' <in; }
  one_late >out
  seq 4 | cmp - out
  rm c
  one_late | cat >out
  [ "$(tail -n 1 out)" = 1 ]
}

@test "commit: --unordered reads at most 65536 records beyond the oldest that is not done" {
  seq 200000 >in
  commit --unordered --stage s -j2 --window 1000 -- sh -c '
    read -r x; [ "$x" != 1 ] || sleep 3; echo "$x"; exec cat' <in | cat >out &
  until_true has_lines out 30000
  sleep 1
  [ "$(grep -cx 1 out)" -eq 0 ]
  [ "$(wc -l <out)" -le 65536 ]
  wait
  [ "$(sort -n out | cmp - in && echo same)" = same ]
}
