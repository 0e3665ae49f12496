#!/usr/bin/env bats
# pool_logs.bats - gf-pool in long runs: logs of many rows, several logs, logs that are moved meanwhile.
# bats file_tags=plain

load helper

HEADER=$'Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand'

# log_of PROGRAM [VARIABLE...]: a job log; the awk program prints lines of number, Exitval and command.
log_of() {
  local program=$1
  shift
  echo "$HEADER"
  awk "$@" "$program" | awk -F '\t' -v OFS='\t' '{ print $1, ":", "1700000000.000", "     0.002", 0, 0, $2, 0, $3 }'
}

# ---- many rows -------------------------------------------------------------------------------------

@test "rows of long words: only what stands for the words is kept" {
  not_sanitized 'measures the memory'
  umask 077
  log_of 'BEGIN { for (s = "x"; length(s) < 2000; s = s s) ; for (i = 1; i <= 8000; i++) print i "\t0\techo " i s }' >log
  awk 'BEGIN { for (s = "x"; length(s) < 2000; s = s s) ; for (i = 8001; i > 0; i--) print i s }' >in
  "$GF_AID/frugal" 12000 gf-pool --joblog log --resume --dry-run echo <in >out 2>err || fails "$?: $(<err)"
  [ "$(<err)" = 'gf-pool: 8000 of 8001 jobs were done already' ] || fails "$(<err)"
  [ "$(cut -c 1-14 out)" = 'echo 8001xxxxx' ] || fails "$(cut -c 1-80 out)"
}

@test "a log of a million rows takes less than forty bytes a row, by number less than one" {
  not_sanitized 'measures the memory'
  umask 077
  log_of 'BEGIN { for (i = 1; i <= 1000000; i++) print i "\t0\ttrue " i }' >log
  seq 1000001 >in
  run -0 "$GF_AID/frugal" 40000 gf-pool --joblog log --resume --dry-run true <in
  [ "$output" = $'true 1000001\ngf-pool: 1000000 of 1000001 jobs were done already' ] || fails "$output"
  run -0 "$GF_AID/frugal" 8000 gf-pool --joblog log --resume=seq --dry-run true <in
  [ "$output" = $'true 1000001\ngf-pool: 1000000 of 1000001 jobs were done already' ] || fails "$output"
}

@test "a million rows of equal jobs are read as others, and counted" {
  umask 077
  log_of 'BEGIN { for (i = 1; i <= n; i++) print i "\t" (i % 1000 == 0 ? 3 : 0) "\ttrue x" }' -v n=1000000 >log
  yes x | head -n 1000010 >in
  run -0 timeout 60 gf-pool --joblog log --resume-failed --dry-run true <in
  [ "$(grep -c '^true x$' <<<"$output")" = 1010 ] || fails "${output: -300}"
  expect_text 'gf-pool: 999000 of 1000010 jobs were done already'
}

@test "rows in any order, again and again, of few words and of many: what is left is what a model says" {
  umask 077
  local seed words
  for words in 40 9000; do
    for seed in 1 2; do
      # Numbers come again, often with the same words: the last of those rows counts.
      log_of 'BEGIN { srand(seed); for (i = 0; i < 30000; i++) { n = int(rand() * 12000) + 1
        print n "\t" int(rand() * 3) * (rand() < .5) "\techo w" (rand() < .7 ? n % words : int(rand() * words)) } }' \
        -v seed="$seed" -v words="$words" >log
      awk -v seed="$seed" -v words="$words" 'BEGIN { srand(seed + 9); for (i = 0; i < 15000; i++) print "w" int(rand() * (words + 5)) }' >in
      for resume in --resume --resume-failed; do
        awk -F '\t' -v all="$([ "$resume" = --resume ] && echo 1)" '
          FILENAME == "log" { if (FNR > 1) ended[$1 "\t" $9] = $7 + 0; next }
          FNR == 1 { for (job in ended) if (all || ended[job] == 0) { split(job, c, "\t"); done[c[2]]++ } }
          done["echo " $1] > 0 { done["echo " $1]--; next }
          { print "echo " $1 }' log in >want
        gf-pool -q --joblog log "$resume" --dry-run echo <in >got || [ $? -eq 123 ]
        cmp want got || fails "$words words, seed $seed, $resume"
      done
    done
  done
}

@test "a run of a million records takes as much memory as a short one" {
  not_sanitized 'measures the memory'
  seq 1000000 >in
  "$GF_AID/frugal" 16000 gf-pool -q --worker -k -j2 --report page.html --stats=json --stats-file st --failed bad cat <in >out
  cmp in out
  jq -e '.records == 1000000 and .failed == 0' st >/dev/null || fails "$(<st)"
}

# ---- several logs ------------------------------------------------------------------------------------

# two_logs: in old.tsv the jobs 1 to 4 are done, but 2 failed and 4 was interrupted; new.tsv has 5.
two_logs() {
  umask 077
  log_of 'BEGIN { print "1\t0\techo 1\n2\t3\techo 2\n3\t0\techo 3\n4\t-2\techo 4" }' >old.tsv
  log_of 'BEGIN { print "5\t0\techo 5" }' >new.tsv
  cp old.tsv before
}

@test "several logs: all are read, the last is written" {
  two_logs
  gf-pool -k --joblog old.tsv --joblog new.tsv --resume echo ::: 1 2 3 4 5 6 >out 2>err || [ $? -eq 123 ]
  [ "$(<out)" = $'4\n6' ] || fails "$(<out)"
  [ "$(<err)" = $'gf-pool: 4 of 6 jobs were done already\ngf-pool: 1 of those failed then; --resume-failed runs them again' ] || fails "$(<err)"
  [ "$(sed 1d new.tsv | cut -f 1,9 | sort | tr '\t\n' ':,')" = '4:echo 4,5:echo 5,6:echo 6,' ] || fails "$(<new.tsv)"
  cmp old.tsv before
  run -0 gf-pool -k --joblog old.tsv --joblog new.tsv --resume-failed echo ::: 1 2 3 4 5 6
  expect_text $'2\n'
  # The row of the later log counts.
  run -0 gf-pool --joblog old.tsv --joblog new.tsv --retry-failed
  expect_text "no job failed in joblog 'new.tsv'"
  cmp old.tsv before
}

@test "several logs: --retry-failed runs what failed in the earlier one; a new log is made; by number; dry" {
  two_logs
  rm new.tsv
  [ "$(gf-pool --dry-run --joblog old.tsv --joblog new.tsv --retry-failed)" = $'echo 2\necho 4' ]
  [ "$(gf-pool --dry-run --joblog old.tsv --joblog new.tsv --resume echo ::: 1 2 3 4 5)" = $'echo 4\necho 5' ]
  [ ! -e new.tsv ]
  [ "$(gf-pool -k --joblog old.tsv --joblog new.tsv --retry-failed)" = $'2\n4' ]
  [ "$(sed 1d new.tsv | cut -f 1 | sort | tr '\n' ' ')" = '2 4 ' ]
  [ "$(seq 11 16 | gf-pool -qk --joblog old.tsv --joblog +new.tsv --resume=seq echo)" = $'15\n16' ]
}

@test "several logs: what cannot be so is refused before anything is opened" {
  two_logs
  local status args what
  while IFS='|' read -r status args what; do
    # shellcheck disable=SC2086
    run "-$status" gf-pool $args touch ran ::: a
    expect_text "$what"
    [ ! -e ran ]
  done <<'END'
2|--joblog old.tsv --joblog new.tsv|nothing reads the one before, 'old.tsv'
2|--joblog old.tsv --joblog +new.tsv|hint: with --resume, --resume-failed or --retry-failed all are read
2|--joblog +old.tsv --joblog new.tsv --resume|--joblog '+old.tsv' is read, because another --joblog follows
2|--joblog - --joblog new.tsv --resume|--joblog '-' is read
2|--joblog new.tsv --joblog new.tsv --resume|new.tsv
2|--joblog old.tsv --joblog new.tsv --resume --events old.tsv|old.tsv
125|--joblog none --joblog new.tsv --resume|cannot use joblog 'none': No such file or directory
125|--joblog . --joblog new.tsv --resume|cannot use joblog '.'
125|--joblog ran.in --joblog new.tsv --resume|cannot use joblog 'ran.in'
END
  cmp old.tsv before
  printf 'precious\n' >in
  chmod 600 in
  run -125 gf-pool --joblog in --joblog new.tsv --resume touch ran ::: a
  expect_text "cannot use joblog 'in': it does not begin as a job log"
  ln -s old.tsv link
  run -125 gf-pool --joblog link --joblog new.tsv --resume touch ran ::: a
  expect_text "is a symbolic link"
  chmod 622 old.tsv
  run -125 gf-pool --joblog old.tsv --joblog new.tsv --resume touch ran ::: a
  expect_text "others may write"
  [ ! -e ran ]
}

@test "several logs: an earlier one that is being written is refused, its torn end says nothing" {
  two_logs
  printf '6\t:\t1700000000.000\t     0.002\t0\t0\t0\t0\techo 6' >>old.tsv
  cp old.tsv before
  run -0 gf-pool --joblog old.tsv --joblog new.tsv --resume echo ::: 6
  expect_text "damaged rows in joblog 'old.tsv': 1; their jobs may have run"
  [[ $output = *$'\n6\n'* ]] || [[ $output = *$'\n6' ]] || fails "$output"
  cmp old.tsv before
  gf-pool --joblog busy -s 'until [ -e over ]; do sleep 0.05; done' ::: x 3>&- &
  pid=$!
  until_true [ -s busy ]
  run -75 gf-pool --joblog busy --joblog new.tsv --resume touch ran ::: a
  touch over
  wait "$pid"
  expect_text "joblog 'busy' is written by another run, process $pid"
}

# ---- moved meanwhile -----------------------------------------------------------------------------------

# begin OPTION...: a run with the options whose records come from `record`, until `over`; its job log is `log`.
begin() {
  mkfifo in
  gf-pool -j1 --joblog log "$@" <in >out 2>err 3>&- &
  pid=$!
  exec 8>in
}
# record TEXT FILE LINES: one more record; its end makes FILE have as many lines.
record() {
  echo "$1" >&8
  until_true has_lines "$2" "$3"
}
# over: the input ends, and the run; `status` is its exit status.
over() {
  exec 8>&-
  status=0
  wait "$pid" || status=$?
}
jobs_of() { sed 1d "$1" | sed 's/.* //' | tr '\n' ' '; }

@test "moved: a job log and events that something moves aside go on under their names, in whole lines" {
  umask 022
  begin --events ev -v echo
  record a log 2
  until_true grep -q '"ended"' ev
  mv log log.1
  mv ev ev.1
  sleep 1.1
  echo b >&8
  until_true has_lines ev 1
  record c log 3
  run -75 gf-pool --joblog +log true ::: x # it is locked as the first one was, which is free
  run -0 gf-pool -q --joblog +log.1 true ::: x
  over
  expect_status 0
  [ "$(stat -c %a log ev | tr '\n' ' ')" = '600 600 ' ]
  [ "$(head -n 1 log)" = "$HEADER" ]
  [ "$(jobs_of log)" = 'b c ' ] || fails "$(cat log.1 log)"
  [ "$(jobs_of log.1)" = 'a x ' ]
  grep -q "joblog 'log' was moved; its rows go on in another file" err
  [ "$(cat ev.1 ev | jq -r 'select(.event == "ended" or .event == "end" or .event == "begin").event' | tr '\n' ' ')" = 'begin ended ended ended end ' ]
  jq -es 'map(select(.event == "ended").job) == [2, 3] and .[-1].event == "end"' ev >/dev/null || fails "$(cat ev)"
  [ "$(gf-pool -qk --joblog log.1 --joblog log --resume echo ::: a b c d)" = d ]
}

@test "moved: with --worker, and --durable, which brings the rows of the moved log to the disk" {
  needs_ptrace
  not_sanitized 'traced'
  mkfifo in
  strace -o trace -e trace=fdatasync,write,openat gf-pool -j1 --worker --durable --joblog log cat <in >out 3>&- &
  pid=$!
  exec 8>in
  record a log 2
  mv log log.1
  sleep 1.1
  record b log 2
  over
  expect_status 0
  [ "$(jobs_of log.1)" = '<<<a ' ] || fails "$(<log.1)"
  [ "$(jobs_of log)" = '<<<b ' ] || fails "$(<log)"
  # The row of a is on the disk before the second log is opened.
  awk '/^write.*"[0-9]+\\t:/ { rows++; ahead = 1 } /fdatasync/ { ahead = 0 } /^openat.*"log"/ && ahead { bad = 1 }
    END { exit bad || ahead || rows != 2 }' trace || fails "$(grep -n 'log"\|fdatasync' trace)"
}

@test "moved: one that was copied and emptied has its header again" {
  begin echo
  record a log 2
  cp log log.1
  : >log
  record b log 2
  over
  expect_status 0
  [ "$(head -n 1 log)" = "$HEADER" ]
  [ "$(jobs_of log.1) $(jobs_of log)" = 'a  b ' ] || fails "$(cat log)"
}

@test "moved: where another log cannot be opened, the row is kept in the moved one, and no more jobs start" {
  local how what
  while read -r how what; do
    rm -rf in log log.1 link
    begin echo
    record a log 2
    mv log log.1
    case $how in dir) mkdir log ;; link) ln -s log.1 log ;; other) echo precious >log && chmod 600 log ;; esac
    sleep 1.1
    record b log.1 3
    over
    expect_status 125
    [ "$(jobs_of log.1)" = 'a b ' ] || fails "$how: $(<log.1)"
    [ "$(grep -c "$what" err)" = 1 ] || fails "$how: $(<err)"
  done <<'END'
dir cannot use joblog 'log': Is a directory
link cannot use joblog 'log': is a symbolic link
other cannot use joblog 'log': it does not begin as a job log
END
  [ "$(<log)" = precious ]
  rm -rf in log log.1 ev
  begin --events ev echo
  record a log 2
  until_true grep -q '"ended"' ev
  mv ev ev.1
  mkdir ev
  sleep 1.1
  record b log 3
  over
  expect_status 125
  grep -q "cannot use 'ev' for events: Is a directory" err
  [ "$(jq -r .event ev.1 | tail -n 1)" = end ]
}

@test "moved: the name is not looked at for each row" {
  needs_ptrace
  not_sanitized 'traced'
  seq 5000 >in
  strace -o trace -e trace='%%stat' gf-pool -q -j1 --worker --joblog log --events ev cat <in >out
  [ "$(wc -l <log)" = 5001 ]
  [ "$(grep -c '"log"\|"ev"' trace)" -lt 1000 ] || fails "$(wc -l <trace)"
}
