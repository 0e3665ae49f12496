#!/usr/bin/env bats
# promises.bats - promises of SECURITY.md and gf(7) that every tool keeps, and that no other file asks all of
# them about. tests/promises.tsv names the test of each promise.

load helper

# children: a line for each kind of child, that runs ./job; TAB, what it may read: its own input, the
# caller's, or nothing.
children() {
  cat <<'END'
gf-pool ./job ::: a	null
gf-pool -s ./job ::: a	null
gf-pool --pipe ./job <records	input
gf-pool --worker ./job ::: a	input
gf-pipeline --stage s -- ./job <records	input
gf-pipeline --stage s --mode each -- ./job <records	input
gf-pipeline --stage s --mode batch=9 -- ./job <records	input
gf-pipeline --stage s --mode filter -- ./job <records	input
gf-cron run -q --output=raw -n 1 -e @start -- ./job	null
gf-cron once @start -- ./job	caller
gf-sem -S ./sem -j 1 -- ./job	caller
gf-ratelimit -S ./rate 1000/s -- ./job	caller
gf-buffer --atomic whole -- ./job	caller
seq 9 | gf-buffer --log-dir ./logs --rotate-size 1 --keep 1 --on-rotate ./job	null
END
}

# job TEXT: makes ./job, a script of bash: dash empties the mask that it is given.
job() {
  printf '#!/usr/bin/env bash\n%s\n' "$1" >job
  chmod +x job
  echo record >records
}

@test "promises: bad usage reads nothing, and makes no file" {
  local tool line
  seq 9 >in
  for tool in "$GF_BIN"/gf-*; do
    # shellcheck source=/dev/null
    . "$ROOT/tests/cli/common.d/${tool##*/}.sh"
    for line in "${USAGE_BAD[@]}"; do
      rm -rf at && mkdir at
      run bash -c "cd at && { $line; } <&7; grep -x 'pos:.*[^0-9]0' /proc/self/fdinfo/7" 7<in
      expect_status 0 || fails "$line has read"
      find at "$XDG_STATE_HOME" -mindepth 1 >made 2>/dev/null || :
      [ ! -s made ] || fails "$line made $(<made)"
    done
  done
}

@test "promises: a letter means the same in every tool that has it" {
  local tool
  for tool in "$GF_BIN"/gf-*; do "$tool" --gf-dump; done >dump
  # An operation of gf-stream has the letters of its nearest relative, but for fields.
  awk -F '\t' -v pairs='0=null d=delimiter,colsep,separator,data f=field,fields h=help j=jobs,permits k=keep-order o=output q=quiet
      S=state T=tmpdir t=timeout V=version v=verbose w=max-wait,wait' '
    BEGIN { n = split(pairs, pair, " "); for (i = 1; i <= n; i++) want[substr(pair[i], 1, 1)] = "," substr(pair[i], 3) "," }
    $1 == "option" && ($3 == "f" || $2 !~ /^gf-stream ./) && $3 in want {
      seen[$3] = 1
      if (!index(want[$3], "," $4 ",")) print $2 ": -" $3 " is --" $4
    }
    END { for (letter in want) if (!(letter in seen)) print "no tool has -" letter }' dump >bad
  [ ! -s bad ] || fails "$(<bad)"
}

@test "promises: records are compared by byte, in any locale" {
  local locale
  printf 'a\nB\n\xc3\xa4\nb\nA\n\xff\n_\n' >in
  printf 'A\nB\n_\na\nb\n\xc3\xa4\n\xff\n' >want
  for locale in C en_US.UTF-8 de_DE.UTF-8 C.UTF-8; do
    LC_ALL=$locale gf-stream sort <in | cmp - want || fails "$locale"
  done
}

@test "promises: text of others in a message is shown escaped, by every tool" {
  local bad line
  # A bell, the start of a sequence in 7 and in 8 bits, a line of its own, a byte that is no text.
  bad=$'x\a\033[31m\xc2\x9b31m\ngf-pool: forged\xff'
  export bad
  mkdir -p "$bad.d" d
  printf '%s\0' "$bad" >nul
  while read -r line; do
    status=0
    timeout 20 bash -c "$line" >out 2>err </dev/null || status=$?
    [ -s err ] || fails "$line says nothing"
    ! LC_ALL=C grep -q $'[\a\033\x9b\xff]' err || fails "$line: $(cat -v err)"
    ! grep -q '^gf-pool: forged' err || fails "$line: $(cat -v err)"
  done < <(built <<'END'
gf-pool -a "$bad" true
gf-pool "$bad" ::: a
gf-pool --"$bad" true ::: a
gf-pool -T "$bad" -j "$bad" true ::: a
gf-pool --joblog "$bad.d" true ::: a
gf-pool -0 -v -a nul true
gf-pool -0 -a nul false
gf-pool -0 --progress=always -a nul sleep
gf-pool --worker "$bad" ::: a
gf-pipeline --"$bad"
gf-pipeline --stage "$bad" -- "$bad"
gf-pipeline --stage "$bad" "$bad"
gf-pipeline --chain "$bad" -- "$bad"
gf-pipeline --chain nul
gf-pipeline --dead "$bad.d" --stage s -- cat
gf-pipeline --commit "$bad.d" --dead d/letters --stage s -- cat
gf-pipeline --replay "$bad" --stage s -- cat
gf-pipeline --stage s --tee "$bad.d" -- cat
gf-pipeline -0 --stage "$bad" --mode each -- false <nul
gf-pipeline -0 --stage "$bad" --mode filter -- false <nul
gf-pipeline -0 --progress=always --stage "$bad" --mode each -- false <nul
gf-stream "$bad"
gf-stream collect "$bad"
gf-stream --from "$bad" collect
gf-stream filter "($bad"
printf '%s\n' "$bad" | gf-stream -0 sum
printf '%s\n' "$bad" | gf-stream -0 --skip-bad sum
gf-ratelimit 1/s "$bad"
gf-ratelimit "1/$bad"
gf-ratelimit -S "./$bad/x" 1/s --check
gf-sem -S "./$bad/x" -j 1 -- true
gf-sem -S ./s -j 1 -- "$bad"
gf-sem -v -S "./$bad.d" -j 1 --label "$bad" -- true
gf-cron run -e "$bad" -- true
gf-cron run -v -n 1 -e @start -- false "$bad"
gf-cron run "$bad"
gf-cron next "$bad"
gf-cron check "$bad"
gf-buffer "$bad"
gf-buffer --"$bad"
gf-buffer --append "$bad.d"
gf-buffer --tee "$bad.d"
gf-buffer --log-dir "$bad.d/x/y"
gf-buffer --spool "$bad.d/x/y"
gf-buffer --status "$bad.d/x/y"
gf-buffer --atomic "$bad.d" --commit-on-eof
gf-buffer --atomic "$bad" -- "$bad"
gf-buffer --atomic "$bad" --commit-on-eof --expect-sha256 "$bad"
gf-buffer --log-dir d --group "$bad"
gf-buffer --backup="$bad/" --atomic x --commit-on-eof
gf-fetch "$bad"
gf-fetch --"$bad"
gf-fetch -a "$bad"
gf-fetch -H "$bad" --ok-status "$bad"
gf-fetch --auth-host "http://$bad"
gf-fetch --resolve "$bad"
gf-fetch --dir "$bad.d/x/y" -a /dev/null
gf-fetch --failed "$bad.d" -a /dev/null
gf-fetch -v --dir d "{\"url\":\"http://127.0.0.1:1/\",\"out\":\"$bad\"}"
END
  )
}

@test "promises: a job has the descriptors 0, 1 and 2, and the input that is meant for it" {
  local line what want
  # One that is ours to use is closed by then; what 7 leads to is not for the job.
  job 'for f in /proc/$$/fd/*; do [ "$f" -ef secret ] && echo leaked; done >>seen
    readlink /proc/$$/fd/0 >>seen
    cat'
  echo secret >secret
  while IFS=$'\t' read -r line what; do
    rm -f seen
    timeout 20 bash -c "$line" 7<>/dev/null <in.caller >out 2>err || [ $? -lt 124 ] || fails "$line: $(<err)"
    [ -s seen ] || fails "$line did not run: $(<err)"
    ! grep -q leaked seen || fails "$line: a descriptor leaked"
    case $what in
      null) want=/dev/null ;;
      caller) want=$PWD/in.caller ;;
      *) [ "$(tail -n 1 seen)" != "$PWD/in.caller" ] && continue ;;
    esac
    [ "$(tail -n 1 seen)" = "$want" ] || fails "$line reads $(<seen)"
  done < <(echo caller >in.caller && children)
}

@test "promises: children have the dispositions and the mask that the tool was given" {
  local line what
  job 'grep -E "^Sig(Ign|Blk)" /proc/self/status >seen; cat >/dev/null'
  while IFS=$'\t' read -r line what; do
    for ignored in '' USR1 'PIPE HUP INT USR2'; do
      rm -f seen
      # timeout catches signals, so these are ignored behind it.
      timeout 20 bash -c "[ -z '$ignored' ] || trap '' $ignored
        sh -c 'grep -E \"^Sig(Ign|Blk)\" /proc/self/status' >want
        $line" >out 2>err </dev/null || :
      cmp seen want || fails "$line, with '$ignored' ignored: $(cat seen want err)"
    done
  done < <(children)
}

@test "promises: a signal that was ignored at the start stays ignored, in every filter" {
  local filter
  mkfifo pipe
  for filter in 'gf-pool -k echo' 'gf-pool --worker cat' 'gf-pipeline --stage s -- cat' 'gf-pipeline --stage s --mode filter -- cat' 'gf-stream collect' 'gf-stream sort' 'gf-ratelimit unlimited' gf-buffer; do
    exec 8<>pipe
    # shellcheck disable=SC2086
    (trap '' INT TERM HUP; exec 8>&- 3>&-; exec $filter) <pipe >out 2>err &
    echo a >&8
    exec 8>&- 8>pipe # the reader has opened it, or does now
    sleep 0.3
    kill -INT $!
    kill -TERM $!
    kill -HUP $!
    echo b >&8
    exec 8>&-
    status=0
    wait $! || status=$?
    [ "$status" = 0 ] && [ "$(<out)" = $'a\nb' ] || fails "$filter: status $status: $(<out) $(<err)"
  done
}

@test "promises: each object is on one line, has \"v\":1, is UTF-8, and its times are in UTC" {
  local line
  # shellcheck disable=SC2089,SC2090 # they are data
  export bad=$'\xff\xfe"\\\n\001'
  export TZ=Asia/Kathmandu
  printf '%s\0' "$bad" >nul
  while read -r line; do
    rm -f out
    timeout 20 bash -c "$line" >/dev/null 2>&1 </dev/null || [ $? = 123 ] || fails "$line: status $?"
    [ -s out ] || fails "$line prints nothing"
    iconv -f UTF-8 -t UTF-8 out >/dev/null || fails "$line: no UTF-8"
    [ "$(jq -c 'select(.v == 1) | 1' <out | wc -l)" = "$(wc -l <out)" ] || fails "$line: $(<out)"
    # A time is a string that begins like one; `local` of gf-cron next says what a clock there shows.
    jq -r 'del(.local) | .. | strings | select(test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T"))' <out |
      grep -vE '^[0-9-]{10}T[0-9:]{8}([.][0-9]+)?Z$' >local || :
    [ ! -s local ] || fails "$line: $(<local)"
  done < <(built <<'END'
gf-pool -0 -a nul --events out --retries 1 false
gf-pool -0 -a nul --stats=json --stats-file out true
gf-pool --worker --events out cat ::: a
gf-pipeline -0 --events out --name "$bad" --stage "$bad" --mode each --retries 1 -- false <nul
gf-pipeline -0 --dead out --name "$bad" --stage "$bad" --mode each -- sh -c 'echo "$bad" >&2; exit 3' <nul
gf-pipeline -0 --dead out --stage s -- false <nul
gf-pipeline -0 --stats=json --stats-file out --stage "$bad" -- cat <nul
gf-cron run -n 1 --log=json -e @start -- sh -c "exit 3; #$bad" 2>out
gf-cron run -q -n 1 --output=json -e @start -- printf '%s\n' "$bad" >out
gf-cron run -q -n 1 --stats=json --stats-file out -e @start -- true
gf-cron next --format json @daily >out
gf-cron run -q -n 1 -S ./db -e @start -- false; gf-cron history -S ./db --format json >out
gf-cron status -S ./db --format json >out
gf-sem -S ./sem -j 2 --label "$bad" -- gf-sem -S ./sem --status --format json >out
gf-ratelimit -S ./rate 1000/s --check; gf-ratelimit -S ./rate --status --format json >out
echo a | gf-ratelimit --stats=json --stats-file out unlimited
echo a | gf-buffer --stats=json --stats-file out
echo a | gf-buffer --spool ./spool; gf-buffer --status ./spool --format json >out
printf '%s\0' "$bad" | gf-stream --stats=json --stats-file out -0 collect
gf-fetch -a nul >out
gf-fetch --retries 0 http://127.0.0.1:1/ '{"id":"\u00e9","url":"x"}' >out
gf-fetch -a nul --stats=json --stats-file out
END
  )
}

@test "promises: a row of a log is one write" {
  not_sanitized 'strace'
  needs_ptrace
  strace -f -y -s 9999 -o trace -e trace=write,pwrite64,writev gf-pool -j1 --joblog log --events events true ::: a b c
  [ "$(grep -c '/log>' trace)" -eq "$(wc -l <log)" ]
  # Several events may be one write; none is two.
  grep '/events>' trace >writes
  ! grep -vE 'write\([0-9]+<[^>]*>, "\{\\"v\\":1.*\}\\n", ' writes || fails "$(<writes)"
}

@test "promises: files of statistics and reports are synced and renamed" {
  not_sanitized 'strace'
  needs_ptrace
  local line
  while read -r line; do
    echo old >f
    exec 7<f
    strace -f -y -o trace -e trace=fsync,fdatasync,rename,renameat,renameat2 bash -c "$line" >out 2>&1 || fails "$line: $(<out)"
    [ "$(cat <&7)" = old ] || fails "$line wrote to the old file"
    grep -nE 'f(data)?sync' trace >synced || fails "$line: $(<trace)"
    grep -nE 'rename.*"f"' trace >renamed || fails "$line: $(<trace)"
    [ "$(head -n 1 synced | cut -d: -f1)" -lt "$(head -n 1 renamed | cut -d: -f1)" ] || fails "$line: $(<trace)"
  done < <(built <<'END'
gf-pool --stats-file f true ::: a
gf-pool --report f true ::: a
echo a | gf-pipeline --stats-file f --stage s -- cat
echo a | gf-pipeline --report f --stage s -- cat
echo a | gf-ratelimit --stats-file f unlimited
echo a | gf-stream --stats-file f collect
echo a | gf-buffer --stats-file f
echo a | gf-buffer --atomic f --commit-on-eof
echo a | gf-buffer --atomic f -- cat
gf-cron run -q -n 1 --stats-file f -e @start -- true
gf-fetch --stats-file f -a /dev/null
END
  )
}

# holds_hidden PID: the process has files open in tmp; prints mode and number of names of each.
holds_hidden() {
  local fd found=
  for fd in "/proc/$1/fd"/*; do
    case $(readlink "$fd") in "$PWD/tmp/"*) stat -L -c '%a %h' "$fd" && found=1 ;; esac
  done
  [ -n "$found" ]
}

@test "promises: a temporary file is for its owner alone, and SIGKILL leaves none in TMPDIR" {
  local line feeder pid
  export TMPDIR=$PWD/tmp
  umask 000
  mkdir tmp
  mkfifo never
  exec 8<>never
  while read -r line; do
    seq -f 'record %.0f' 200000 >never 2>/dev/null 3>&- 8>&- &
    feeder=$!
    (exec 8>&- 3>&- && eval "exec $line") <never >out 2>err &
    pid=$!
    until_true holds_hidden $pid >held || :
    ls -A tmp >names
    kill -9 $pid $feeder 2>/dev/null || : # the feeder may be done
    wait $pid || :
    wait $feeder || :
    [ "$(sort -u held)" = '600 0' ] || fails "$line: mode and links of its temporary files: $(<held)"
    [ ! -s names ] || fails "$line: names in use: $(<names)"
    [ -z "$(ls -A tmp)" ] || fails "$line left $(ls -A tmp)"
    timeout 0.5 cat <never >/dev/null || : # what is left in the fifo
  done <<'END'
gf-stream --memory 1M sort
gf-stream --memory 1M reverse
gf-pool -j1 sh -c 'seq 600000; exec sleep 60' sh
END
  exec 8>&-
}

@test "promises: state and logs are for the owner alone, whatever the umask" {
  local mask
  for mask in 000 022 0777; do
    rm -rf d && mkdir d
    (
      cd d && printf 'GF_LOG=job.log\n@start GF_TIMES=1 echo x\n' >table && umask $mask || exit
      gf-sem -S ./sem -j 1 -- true
      gf-ratelimit -S ./rate 1000/s --check
      gf-pool --joblog joblog --events events true ::: a
      gf-buffer --append appended <<<a
      gf-buffer --spool ./spool --durable <<<a >/dev/null
      gf-buffer --log-dir ./logs --rotate-size 1 < <(seq 3)
      gf-buffer --log-dir ./logs2 --mode 0600 <<<a
      gf-pipeline --dead dead --commit commit --events told --stage s --tee tee -- cat <<<a >/dev/null
      timeout 20 gf-cron run -q -S ./db table
    )
    # GF_LOG is opened as `>>` of a shell opens it, so the umask may take from its mode.
    [[ $(stat -c %a d/job.log) == @(600|0) ]] || fails "umask $mask: $(ls -l d/job.log)"
    for file in d/sem/permits d/rate d/joblog d/events d/db d/dead d/commit d/told d/tee d/appended d/spool/* d/logs/lock d/logs/state d/logs2/current; do
      [ "$(stat -c %a $file)" = 600 ] || fails "umask $mask: $(ls -l $file)"
    done
    [ "$(stat -c %a d/logs/current d/logs/*Z-* | sort -u)" = 640 ] || fails "umask $mask: $(ls -l d/logs)"
    [ "$(stat -c %a d/spool)" = 700 ] || fails "umask $mask: $(ls -ld d/spool)"
    [ "$(stat -c %a d/sem)" = 700 ] || fails "umask $mask: $(ls -ld d/sem)"
  done
}

@test "promises: a GF_LOG is opened as a shell opens it" {
  echo old >real
  ln -s real linked
  printf 'GF_LOG=linked\n@start GF_TIMES=1 echo new\n' >table
  timeout 20 gf-cron run -q -S ./db table
  [ "$(<real)" = $'old\nnew' ]
}

@test "promises: no tool is set-id, and none makes a connection unless told to" {
  not_sanitized 'strace'
  needs_ptrace
  local line
  [ -z "$(find "$GF_BIN/" -name 'gf-*' -perm /6000)" ]
  seq 9 >in
  while read -r line; do
    strace -f -o trace -e trace=socket,connect,sendto,sendmsg bash -c "$line" >out 2>&1 </dev/null || fails "$line: $(<out)"
    # libc may ask a daemon of this machine for an account.
    ! grep -E '(socket|connect|sendto|sendmsg)\(' trace | grep -v -e 'socket(AF_UNIX' -e nscd/socket || fails "$line"
  done < <(built <<'END'
gf-pool --joblog log --events events --report r true ::: a
gf-pool --worker cat ::: a
gf-pipeline --dead d --events e --report p --stage a -- cat ::: --stage b --mode each -- cat <in
gf-stream --from in sort --explain; gf-stream --from in sort count
gf-ratelimit --stats unlimited in
gf-sem -S ./s -j 1 -- true
gf-buffer --stats --tee t --spool ./p <in; gf-buffer --log-dir ./logs --rotate-size 1 --on-rotate : <in; gf-buffer --atomic whole -- true
gf-cron run -q -n 1 -S ./db -e @start -- true
gf-cron next @daily
gf-sem --version; gf-pool --help; gf-pool --hepl || :
gf-fetch --stats -a /dev/null; gf-fetch --help; gf-fetch -a in || [ $? -eq 123 ]
END
  )
}

@test "promises: what gf-buffer --durable has in its spool comes out of the next run, after SIGKILL too" {
  local n from=1
  mkfifo in never
  exec 8<>never # the reader takes what the pipe holds, and no more
  for _ in 1 2 3; do
    gf-buffer --spool ./spool --durable <in >never 2>err 3>&- 8>&- &
    n=$((from + 300000))
    seq "$from" "$((n - 1))" >in
    until_true is_asleep $!
    kill -9 $!
    wait $! || :
    from=$n
  done
  gf-buffer -q --spool ./spool </dev/null >out
  # The front may be out, in the pipe of the first run; from there on each number is there once, but for what
  # one read had brought when the tool was killed.
  awk 'NR > 1 && $1 != last + 1 { if ($1 <= last || $1 > last + 140000) bad = 1; gaps++ } { last = $1 } END { exit bad || gaps > 2 || last < 760000 }' out ||
    fails "$(awk 'NR > 1 && $1 != last + 1 { print last, $1 } { last = $1 } END { print NR, last }' out)"
  gf-buffer --status ./spool | grep -qx 'records 0'
}

@test "promises: gf-buffer --atomic replaces a file only on proof" {
  local line want
  while IFS=$'\t' read -r want line; do
    echo old >f
    run -"$want" timeout 20 bash -c "$line"
    case $want in 0 | 7) ;; *) [ "$(<f)" = old ] || fails "$line: $(<f)" ;; esac
    [ "$want" != 0 ] || [ "$(<f)" = new ] || fails "$line: $(<f)"
    [ "$(ls -A)" = f ] || fails "$line: $(ls -A)"
  done <<'END'
2	echo new | gf-buffer --atomic f
3	gf-buffer --atomic f -- sh -c 'echo new; exit 3'
143	gf-buffer --atomic f -- sh -c 'echo new; kill $$'
127	gf-buffer --atomic f -- ./none
123	echo new | gf-buffer --atomic f --expect-bytes 5
123	echo new | gf-buffer --atomic f --expect-sha256 87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7
123	gf-buffer --atomic f -- true
123	gf-buffer --atomic f --commit-on-eof </dev/null
137	(echo new; sleep 2) | timeout -s KILL 0.5 gf-buffer --atomic f --commit-on-eof
0	echo new | gf-buffer --atomic f --commit-on-eof
0	echo new | gf-buffer --atomic f --expect-bytes 4
0	gf-buffer --atomic f -- echo new
7	gf-buffer --atomic f --ok-status 7 -- sh -c 'echo new; exit 7'
END
}
