#!/usr/bin/env bats
# file_limit.bats - a limit on the size of files (ulimit -f), met by each file that a tool writes: before its first
# byte, and in the middle of it. That of gf-cron -S is in cron_shared.bats, those of gf-fetch in fetch.bats.

load helper

setup_file() {
  cd "$BATS_FILE_TMPDIR" || return 1
  seq 200000 >in
}

# limited HINT: the command lines on standard input, each in a directory of its own, with the file ../in; {} is the
# number of bytes that a file may have. Each ends with 125, and says once what was in the way.
limited() {
  local hint=$1 line n
  while read -r line; do
    for n in 0 100; do
      rm -rf dir && mkdir -m 700 dir && cd dir || return
      run prlimit --fsize=$n bash -c "$line" <../in
      cd .. || return
      [ "$status" -eq 125 ] || fails "$n, $line: status $status: $output"
      [ "$(grep -c 'File too large' <<<"$output")" -eq 1 ] || fails "$n, $line: $output"
      [ -z "$hint" ] || grep -qx "hint: .*$hint.*" <<<"$output" || fails "$n, $line: $output"
      [[ $output != *'-T '* ]] || fails "$n, $line: $output"
    done
  done
}

@test "file limit: outputs and logs say so, and nothing is lost in silence" {
  ln -sf "$BATS_FILE_TMPDIR/in" in
  limited '' <<'END'
gf-stream limit 100000 >out
gf-stream -o out limit 100000
gf-stream peek out >/dev/null
gf-stream --stats=prom --stats-file out limit 3 >/dev/null
gf-ratelimit 1000000/s >out
gf-ratelimit -o out 1000000/s
gf-ratelimit --reject out 1/h >/dev/null
gf-ratelimit --stats=prom --stats-file out 1000000/s >/dev/null
gf-pool echo ::: {1..100} >out
gf-pool --joblog out true ::: {1..100}
gf-pool --events out true ::: {1..100}
gf-pool --report out true ::: {1..100}
gf-pool --failed out false ::: {1..100}
gf-pool --results out -s 'seq 1000' ::: 1
gf-pool --stats=prom --stats-file out true ::: 1
gf-buffer >out
gf-buffer --append out
gf-buffer --log-dir .
gf-buffer --stats=prom --stats-file out >/dev/null
gf-buffer --atomic out --commit-on-eof
gf-buffer --atomic out -- seq 1000
gf-cron run -q -n1 -e @start -- seq 1000 >out
gf-cron run -q -n1 --stats=prom --stats-file out -e @start -- true
END
}

@test "file limit: what is put aside and what is shared, with the limit as the way out" {
  ln -sf "$BATS_FILE_TMPDIR/in" in
  limited 'raise the limit on the size of files (ulimit -f)' <<'END'
gf-stream --memory 1M -T . sort >/dev/null
gf-stream --memory 1M -T . group 1 count >/dev/null
gf-stream --memory 1M -T . reverse >/dev/null
gf-stream --memory 1M -T . except ../in >/dev/null
gf-pool -T . -j2 -s 'seq 200000' ::: 1 2 | wc -l; exit ${PIPESTATUS[0]}
gf-pool --pipe -s 'cat >/dev/null'
gf-buffer --spool ./spool --durable >/dev/null
gf-ratelimit -S ./state 1/h --check
gf-ratelimit -S ./state 1/h --check --for a
END
  run prlimit --fsize=0 gf-sem -j 1 -S ./state -- touch ran
  expect_status 125
  [[ $output == *"File too large"$'\n'"hint: raise the limit on the size of files (ulimit -f)" ]] || fails "$output"
  [ ! -e ran ]
  # What a limit lets in is put, and what it does not is told: never half of a record, nor of a queue.
  seq 3 | gf-queue put ./q
  for n in 0 100 20000; do
    rm -f new*
    for q in ./new ./q; do
      run prlimit --fsize=$n gf-queue put $q <in
      expect_status 125
      [[ $output == *"'$q': the limit on the size of files is reached"$'\n'"hint: raise the limit on the size of files (ulimit -f)" ]] || fails "$n: $output"
    done
  done
  [ "$(gf-queue take -n 9 ./q | cut -f 2 | tr '\n' ,)" = 1,2,3, ]
  # No command is at fault where its block cannot be held.
  run prlimit --fsize=100 gf-pool --pipe touch ran <in
  [ "$output" = "gf-pool: cannot hold the block of job 1: File too large
hint: raise the limit on the size of files (ulimit -f)" ] || fails "$output"
  [ ! -e ran ]
}
