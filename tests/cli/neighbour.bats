#!/usr/bin/env bats
# neighbour.bats - files that a tool makes in a directory where others may put something first: a link,
# a second name, a file or directory of their own, a fifo.
# bats file_tags=plain

load helper

# writers KIND...: for each option that names a file, a line that writes `f`; those of which all KINDs
# hold:
#   jobs    what jobs wrote, or lines as they came: 0600 whatever the umask
#   loop    of a tool with something else to do: it waits for no reader of a fifo
#   anew    emptied at the start: a file of ours loses its name
#   log     appended to
#   whole   replaced at the end
writers() {
  awk -F '\t' -v kinds="$*" '
    BEGIN { n = split(kinds, kind, " ") }
    { for (i = 1; i <= n; i++) if (!index($1, kind[i])) next; print $2 }' < <(built <<'END'
jobs loop anew	gf-fetch --failed f a
jobs loop anew	gf-pool --failed f false ::: a
jobs log	gf-fetch --etag-store f a
jobs loop log	gf-buffer --append f <in
loop anew	gf-buffer --tee f <in
loop whole	gf-buffer --stats-file f <in
jobs loop anew	gf-pipeline --stage s --tee f -- cat <in
jobs loop log	gf-pipeline --dead f --stage s --mode each -- false <in
jobs loop log	gf-pipeline --events f --stage s -- cat <in
jobs loop whole	gf-pipeline --report f --stage s -- cat <in
loop whole	gf-pipeline --stats-file f --stage s -- cat <in
jobs loop log	gf-pool --joblog +f true ::: a
jobs loop log	gf-pool --events f true ::: a
jobs loop whole	gf-pool --report f true ::: a
loop whole	gf-pool --stats-file f true ::: a
loop whole	gf-pool --worker --stats-file f cat ::: a
loop whole	gf-fetch --stats-file f a
jobs loop whole	gf-fetch --report f a
loop whole	gf-cron run -q -n 1 --stats-file f -e @start -- true
anew	gf-stream --from in peek f
whole	gf-stream --from in --stats-file f collect
anew	gf-ratelimit --reject f 1/m in
whole	gf-ratelimit --stats-file f 9/s in
END
  )
}

# refuses WHY LINE: the tool says WHY and ends with 125, and what the victim has is as it was.
refuses() {
  run timeout 20 bash -c "$2"
  expect_status 125 || fails "$2"
  expect_text "$1" || fails "$2"
  expect_text hint: || fails "$2"
  [ "$(<victim)" = precious ] || fails "$2: the victim holds $(<victim)"
}

plant() {
  rm -rf f
  printf 'a\nb\n' >in
  echo precious >victim
}

@test "neighbour: a symbolic link is followed by no tool" {
  while read -r line; do
    plant
    ln -s victim f
    refuses 'is a symbolic link' "$line"
    rm f victim
    ln -s victim f
    run timeout 20 bash -c "$line"
    expect_status 125
    [ ! -e victim ] || fails "$line: made what the link leads to"
  done < <(writers)
}

@test "neighbour: what another name has stays as it is" {
  while read -r line; do
    plant
    ln victim f
    timeout 20 bash -c "$line" >out 2>&1 || [ $? -lt 124 ] || fails "$line: $(<out)"
    [ "$(<victim)" = precious ] || fails "$line: the victim holds $(<victim)"
    [ ! f -ef victim ] || fails "$line: wrote to the file of two names"
  done < <(writers anew; writers whole)
  while read -r line; do
    plant
    ln victim f
    refuses 'has a second name (a hard link)' "$line"
  done < <(writers log)
}

@test "neighbour: who has the old file open reads nothing new" {
  while read -r line; do
    plant
    echo old >f
    exec 7<f
    timeout 20 bash -c "$line" >out 2>&1 || [ $? -lt 124 ] || fails "$line: $(<out)"
    [ "$(cat <&7)" = old ] || fails "$line: the old file was written"
    exec 7<&-
  done < <(writers anew; writers whole)
}

@test "neighbour: a file of another user is refused, or replaced by one of ours" {
  [ "$(id -u)" -eq 0 ] || return 0 # only root can give a file away
  while read -r line; do
    plant
    cp victim f
    chown 12345 f
    refuses 'belongs to another user' "$line"
    [ "$(<f)" = precious ] || fails "$line: the file of another user was written"
  done < <(writers anew; writers log)
  while read -r line; do
    plant
    cp victim f
    chmod 666 f
    chown 12345 f
    ln f theirs
    timeout 20 bash -c "$line" >out 2>&1 || [ $? -lt 124 ] || fails "$line: $(<out)"
    [ "$(<theirs)" = precious ] || fails "$line: the file of another user was written"
    case $line in *--report*) want='0 600' ;; *) want='0 644' ;; esac
    [ "$(stat -c '%u %a' f)" = "$want" ] || fails "$line: $(ls -l f)"
    rm theirs
  done < <(umask 022; writers whole)
}

@test "neighbour: what jobs wrote is for the owner alone, whatever the umask" {
  for mask in 000 022 0777; do
    while read -r line; do
      plant
      (umask $mask && timeout 20 bash -c "$line" >/dev/null 2>&1) || [ $? -lt 124 ] || fails "$line"
      [ "$(stat -c %a f)" = 600 ] || fails "$line: umask $mask, mode $(stat -c %a f)"
    done < <(writers jobs)
  done
}

# unread LINE: nobody reads the fifo, which is an error; somebody comes late, and gets all.
unread() {
  plant
  mkfifo f
  run timeout 20 bash -c "$1"
  expect_status 125 || fails "$1" || return
  expect_text 'nobody reads it' || fails "$1" || return
  expect_text "start the reader of 'f' first" || fails "$1" || return
  (sleep 0.3 && cat f >got) &
  timeout 20 bash -c "$1" >/dev/null 2>&1 || [ $? -lt 124 ] || fails "$1" || return
  wait
  [ -s got ] || fails "$1: the reader got nothing"
}

# Side by side, each in a directory of its own: every line waits five seconds for a reader.
@test "neighbour: a fifo that nobody reads is an error before anything runs" {
  local n=0 pids=() pid bad=
  while read -r line; do
    mkdir $((++n))
    (cd $n && unread "$line") 3>&- &
    pids+=($!)
  done < <(writers loop)
  [ "$n" -gt 5 ]
  for pid in "${pids[@]}"; do wait "$pid" || bad=1; done
  [ -z "$bad" ]
}

@test "neighbour: while a fifo has no reader, or one that reads nothing, a signal ends the tool" {
  for line in 'gf-fetch --stats-file f a' 'gf-fetch --report f a' 'gf-fetch --failed f a' 'gf-buffer --append f <in' 'gf-buffer --tee f <in' 'gf-pipeline --report f --stage s -- cat <in' 'gf-pipeline --dead f --stage s -- cat <in' 'gf-pool --report f true ::: a' "gf-pool --stats-file f true ::: a" 'gf-cron run -q --stats-file f -e @start -- true'; do
    [[ $line != gf-fetch* ]] || has_fetch || continue
    plant
    mkfifo f
    bash -c "exec $line" 3>&- 2>err &
    sleep 0.3
    kill -TERM $!
    status=0
    wait $! || status=$?
    [ "$status" = 143 ] || fails "$line: status $status: $(<err)"
  done
  plant
  mkfifo f
  exec 7<>f
  head -c 65536 /dev/zero >&7 # it is full
  gf-pool --report f true ::: a 3>&- &
  pid=$!
  sleep 1 # it stands in its write
  kill -USR1 $pid
  kill -TERM $pid
  status=0
  wait $pid || status=$?
  exec 7<&-
  [ "$status" = 143 ] || fails "status $status"
}

@test "neighbour: /dev/stderr and the like are no links to refuse" {
  plant
  gf-pool --stats-file /dev/stderr --report /dev/stdout --failed /dev/fd/5 true ::: a 2>err >out 5>failed
  grep -q '^jobs 1' err
  grep -q '<html' out
  [ -e failed ]
}

@test "neighbour: root makes no state in the home of another user" {
  [ "$(id -u)" -eq 0 ] || return 0
  mkdir home
  chown 12345 home
  for set in "env -u XDG_STATE_HOME HOME=$PWD/home" "env XDG_STATE_HOME=$PWD/home"; do
    while read -r line; do
      run -125 timeout 20 $set bash -c "$line"
      expect_text 'root has the home directory of another user' || fails "$line"
      expect_text 'hint: name a path, as in -S /root/state, or set HOME to a directory of root' || fails "$line"
      [ -z "$(ls -A home)" ] || fails "$line: made $(find home)"
    done <<'END'
gf-sem -S db -j 1 -- true
gf-ratelimit -S db 1/s -- true
gf-cron run -q -n 1 -S db -e @start -- true
gf-cron status -S db
gf-queue put db <<<a
gf-queue status db
END
    run -0 $set gf-sem -S ./db -j 1 -- true
    chown 0 home
    run -0 $set gf-sem -S db -j 1 -- true
    rm -r home
    mkdir home
    chown 12345 home
  done
  # Nor below a directory of another user in a home that is root's.
  mkdir -p mine/.local state/gf
  chown nobody mine/.local state/gf
  for tool in 'gf-sem -S nm -j1 -- true' 'gf-ratelimit -S nm 9/s' 'gf-cron run -q -S nm -n1 -e @start -- true' 'gf-queue put nm'; do
    # shellcheck disable=SC2086 # words
    run -125 env -u XDG_STATE_HOME HOME="$PWD/mine" $tool </dev/null
    # shellcheck disable=SC2086 # words
    run -125 env XDG_STATE_HOME="$PWD/state" $tool </dev/null
    expect_text 'root has the home directory of another user'
  done
  [ -z "$(find mine/.local state/gf -mindepth 1)" ]
}

@test "neighbour: a commit is written to no file that others could have put there" {
  commit() { run timeout 20 bash -c "$1gf-pipeline --dead dead --commit f --stage s -- cat <in"; }
  plant
  ln -s victim f
  commit
  expect_status 125
  expect_text "cannot use 'f' for commits: is a symbolic link"
  rm f
  ln victim f
  commit
  expect_status 125
  expect_text 'has a second name (a hard link)'
  [ "$(<victim)" = precious ]
  plant
  echo old >f
  commit
  expect_status 125
  expect_text "'f' is no commit file, or a damaged one"
  [ "$(<f)" = old ]
  plant
  mkfifo f
  commit
  expect_status 125
  expect_text 'is not a regular file'
  for mask in 000 022 0277; do
    plant
    commit "umask $mask; "
    expect_status 0
    [ "$(stat -c %a f)" = 600 ] || fails "umask $mask: $(ls -l f)"
  done
  [ "$(id -u)" -eq 0 ] || return 0
  plant
  : >f
  chown 12345 f
  commit
  expect_status 125
  expect_text 'belongs to another user'
}

@test "neighbour: a log directory or a spool of others is refused" {
  local option made
  seq 9 >in
  for option in --log-dir --spool; do
    case $option in --log-dir) made=current ;; *) made=lock ;; esac
    refused() {
      run -125 timeout 20 gf-buffer $option d <in
      expect_text "d" || fails "$option: $1"
      [ "$(find victim -mindepth 1 | wc -l)" -eq 0 ] || fails "$option: $1: $(ls -l victim)"
    }
    rm -rf d victim && mkdir victim
    ln -s victim d
    refused 'a link'
    rm d && mkdir d && chmod 777 d
    refused 'others may write to it'
    chmod 1777 d
    refused 'a sticky one'
    chmod 700 d
    ln -s ../victim/x "d/$made"
    refused 'a link in the place of a file'
    rm "d/$made"
    mkfifo "d/$made"
    refused 'a fifo in the place of a file'
    rm "d/$made"
    [ "$(id -u)" -eq 0 ] || continue
    chown 12345 d
    refused 'of another user'
    chown 0 d
    echo theirs >"d/$made"
    chmod 666 "d/$made"
    chown 12345 "d/$made"
    refused 'a file of another user'
    [ "$(cat "d/$made")" = theirs ]
  done
}

# ---- --results ---------------------------------------------------------------------------------------------

# in_the_way PATH WHY: the job whose directory has PATH in the way fails alone and says WHY; the victim
# is as it was.
in_the_way() {
  run -123 timeout 20 gf-pool -k --results "${3:-r}" echo ::: a b
  expect_text "could not start: cannot use the directory '$1': $2"
  [ "$(cat victim/*)" = precious ] && [ "$(ls victim)" = keep ] || fails "$1: the victim has $(ls victim)"
}

@test "neighbour: --results leaves its directory by no link, and writes to none that others may" {
  mkdir victim
  echo precious >victim/keep
  mkdir r
  ln -s ../victim r/1
  in_the_way r/1 'is a symbolic link'
  [ "$(<r/2/stdout)" = b ]
  rm -r r
  mkdir r
  ln -s ../victim r/a # the directory above that of the job
  in_the_way r/a/x 'is a symbolic link' 'r/{}/x'
  rm -r r
  mkdir -m 0777 r r/1
  chmod 777 r/1
  in_the_way r/1 'group or others may write to it'
  rm -r r
  ln -s victim r
  run -125 gf-pool --results r/ echo ::: a
  expect_text "cannot use the directory of 'r/': is a symbolic link"
  expect_text "hint: name what 'r/' points to"
  [ "$(ls victim)" = keep ]
  [ "$(id -u)" -eq 0 ] || return 0
  rm r
  mkdir -p r/1
  chown 12345 r r/1
  in_the_way r/1 'belongs to another user'
}

@test "neighbour: --results writes into no file that was there, by whatever name" {
  echo precious >victim
  for file in stdout stderr command status; do
    rm -rf r
    mkdir -p r/1
    ln victim "r/1/$file"
    gf-pool --results r echo ::: a >/dev/null
    [ "$(<victim)" = precious ] || fails "$file: the victim holds $(<victim)"
    [ "$(stat -c %h "r/1/$file")" = 1 ]
    rm "r/1/$file"
    ln -s ../../victim "r/1/$file"
    run -123 gf-pool --results r echo ::: a
    expect_text "'r/1/$file' is not a regular file"
    [ "$(<victim)" = precious ]
  done
}

@test "neighbour: --results is for its owner alone, whatever the umask" {
  for mask in 000 022 0777; do
    rm -rf r t
    (umask $mask && gf-pool --results r echo ::: a >/dev/null && gf-pool --results 't/{}/{#}' echo ::: a >/dev/null)
    [ "$(find r t -type f -printf '%m\n' | sort -u)" = 600 ] || fails "umask $mask: $(find r t -ls)"
    [ "$(find r t -type d -printf '%m\n' | sort -u)" = 700 ] || fails "umask $mask: $(find r t -ls)"
  done
}

@test "neighbour: --resume believes no directory of results that is not ours" {
  gf-pool --joblog log --results r true ::: a
  mkdir -p theirs
  echo 'echo b' >theirs/command
  echo 0 >theirs/status
  ln -s ../theirs r/2
  run -123 gf-pool --joblog log --resume --results r echo ::: a b
  expect_text "cannot use the directory 'r/2': is a symbolic link"
}
