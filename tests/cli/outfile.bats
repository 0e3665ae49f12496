# outfile.bats - `-o FILE`, in every tool that has it: FILE is written whole or not at all.

# shellcheck disable=SC2154

load helper

# Command lines that copy records; what follows is a file to read, or -o FILE.
COPIES=('gf-stream collect' 'gf-ratelimit unlimited')

# copy N [OPTION...]: the Nth of them; options of gf-stream stand before the operation.
copy() {
  local -a words
  read -ra words <<<"${COPIES[$1]}"
  shift
  if [ "${words[0]}" = gf-stream ]; then
    "${words[0]}" "$@" "${words[@]:1}"
  else
    "${words[@]}" "$@"
  fi
}

# alone NAME...: nothing else is in the directory.
alone() {
  diff <(printf '%s\n' "$@" | sort) <(ls -A) || fails "left over: $(ls -A)"
}

# each FUNCTION: in a directory of its own for each command.
each() {
  local i
  for i in "${!COPIES[@]}"; do
    mkdir "$i"
    cd "$i" || return 1
    "$1" "$i"
    cd .. || return 1
  done
}

@test "-o: a new file, one that is there, the input, with its mode" {
  writes() {
    printf 'b\na\n' >in
    copy "$1" -o out <in
    cmp in out
    printf 'old\n' >out
    chmod 640 out
    copy "$1" -o out <in
    cmp in out
    [ "$(stat -c %a out)" = 640 ]
    seq 100000 >in
    cp in was
    copy "$1" -o in <in
    cmp in was
    [ "$(copy "$1" -o - <in | cksum)" = "$(cksum <in)" ]
    copy "$1" -o out <in >>in # nothing goes there
    cmp out was
    alone in out was
  }
  each writes
  printf 'b\na\n' >f
  gf-stream -o f sort <f
  [ "$(cat f)" = $'a\nb' ]
  gf-stream --from f --output f sort -r
  [ "$(cat f)" = $'b\na' ]
  gf-stream --from f -o f except f
  [ ! -s f ]
  printf 'b\na\n' >f
  gf-ratelimit unlimited f -o f f
  [ "$(cat f)" = $'b\na\nb\na' ]
}

@test "-o: a symbolic link stays, another hard link keeps what it had" {
  links() {
    mkdir sub
    echo old >sub/f
    ln sub/f hard
    ln -s sub/f soft
    echo new | copy "$1" -o soft
    [ -L soft ]
    [ "$(cat sub/f)" = new ]
    [ "$(cat hard)" = old ]
    alone sub hard soft
  }
  each links
}

# shows FILE NAME=VALUE...: its attributes and its list are these, and no others of ours.
shows() {
  local file=$1
  shift
  diff <(printf '%s\n' "$@" | sort) <("$GF_AID/attr" show "$file" | grep -E '^(acl|user|trusted|security\.cap)' | sort) ||
    fails "$file has others"
}

# dressed FILE: one with a list and attributes; the bits of its mode for the group are the mask.
dressed() {
  rm -f "$1"
  echo old >"$1"
  "$GF_AID/attr" acl "$1" u::6 u:1234:6 g::0 g:2345:4 m::6 o::0
  "$GF_AID/attr" set "$1" user.origin here
  [ "$(stat -c %a "$1")" = 660 ]
}

@test "-o: an access control list and extended attributes stay" {
  needs_attributes
  kept() { shows "$1" acl=u::6,u:1234:6,g::0,g:2345:4,m::6,o::0 user.origin=here; }
  keeps() {
    dressed f
    echo new | copy "$1" -o f
    [ "$(cat f)" = new ]
    [ "$(stat -c %a f)" = 660 ]
    kept f
    echo new | copy "$1" --no-sandbox -o f
    kept f
    dressed f
    echo new | copy "$1" --stats --stats-file f >out
    [ "$(grep -cx old f)" = 0 ]
    kept f
  }
  each keeps
  # opened behind the sandbox, in a directory that can be written to there and not read
  dressed f
  echo '@daily true' | gf-cron show -o f -
  [ "$(grep -cx old f)" = 0 ]
  kept f
  # and what was not there gets no list but that of its directory
  mkdir d
  "$GF_AID/attr" default d u::7 u:1234:7 g::5 m::7 o::5
  echo new | gf-stream -o d/f collect
  echo new >d/g
  diff <("$GF_AID/attr" show d/f) <("$GF_AID/attr" show d/g)
  [ "$(stat -c %a d/f)" = "$(stat -c %a d/g)" ]
  shows d/f acl=u::6,u:1234:7,g::5,m::6,o::4
}

@test "-o: set-user-ID and what vouches for the old bytes are not kept" {
  plain() {
    echo old >f
    chmod 6755 f
    # root alone can give a file a capability, and not that of every container
    ! "$GF_AID/attr" capability f 2>/dev/null || "$GF_AID/attr" show f | grep -qa '^security\.capability='
    echo new | copy "$1" -o f
    [ "$(stat -c %a f)" = 755 ]
    [ "$("$GF_AID/attr" show f | grep -ca '^security\.capability=')" = 0 ]
  }
  each plain
}

@test "-o: nobody reads more of FILE on its way than at the end" {
  not_sanitized 'strace'
  needs_ptrace
  needs_attributes
  dressed f
  [ "$(id -u)" -ne 0 ] || chown 4321:4321 f
  echo new | strace -o log -e trace=fchown,fchmod,fsetxattr,fremovexattr,fsync,renameat gf-stream --no-sandbox -o f collect
  # attributes while it is ours and 0600, then whose it is, then the list with the mode
  want='fsetxattr user.origin fremovexattr system.posix_acl_access '
  [ "$(id -u)" -ne 0 ] || want+='fchown '
  want+='fsetxattr system.posix_acl_access fsync renameat '
  [ "$(grep -oE '^(fchown|fchmod|fsync|renameat)|^f(set|remove)xattr\([0-9]+, "[a-z_.]+' log | sed -E 's/\([0-9]+, "/ /' | tr '\n' ' ')" = "$want" ] ||
    fails "$(cat log)"
}

@test "-o: a link of another user in a directory that others may write to is refused" {
  [ "$(id -u)" -eq 0 ] || return 0 # only root can give a link away
  foreign() {
    mkdir -m 1777 shared
    echo precious >victim
    ln -s ../victim shared/f
    chown -h 12345 shared/f
    for mode in 1777 777 770; do
      chmod $mode shared
      run -125 bash -c "$(declare -f copy); COPIES=('${COPIES[$1]}'); echo new | copy 0 -o shared/f"
      expect_text "cannot write to 'shared/f': is a symbolic link of another user, in a directory that others may write to"
      expect_text "hint: if you trust it, name what 'shared/f' points to"
      [ "$(cat victim)" = precious ]
    done
    chmod 755 shared
    echo new | copy "$1" -o shared/f
    [ "$(cat victim)" = new ]
    rm -r shared
  }
  each foreign
}

@test "-o: a fifo, a device and /dev/stdout are written as they stand" {
  through() {
    mkfifo p
    cat p >got &
    echo new | copy "$1" -o p
    wait $!
    [ "$(cat got)" = new ]
    [ -p p ]
    echo new | copy "$1" -o /dev/null
    [ -c /dev/null ]
    echo old >got
    echo new | copy "$1" -o /dev/stdout >>got
    [ "$(cat got)" = $'old\nnew' ]
    { echo one && echo two | copy "$1" -o /dev/stdout && echo three | copy "$1" -o /dev/fd/1 && echo four; } >got
    [ "$(cat got)" = $'one\ntwo\nthree\nfour' ]
    ln -s /dev/stdout link
    { echo one && echo two | copy "$1" -o link && echo three; } >got
    [ "$(cat got)" = $'one\ntwo\nthree' ]
    rm link
    run -125 copy "$1" -o /dev/full <got
    [ "$output" = "$(echo "${COPIES[$1]}" | cut -d ' ' -f 1): cannot write to '/dev/full': No space left on device" ]
    alone p got
  }
  each through
}

@test "-o: a reader of standard output that has gone does not matter, one of FILE does" {
  gone() {
    mkfifo p
    (sleep 0.3; echo new; sleep 0.3) | copy "$1" -o out | true
    [ "$(cat out)" = new ]
    head -n 1 p >got &
    timeout 20 bash -c "(echo new; sleep 60) | { $(declare -f copy); COPIES=('${COPIES[$1]}'); copy 0 -o p; echo \$? >status; kill -9 0; }" 2>/dev/null || :
    [ "$(cat status)" = 141 ]
    [ "$(cat got)" = new ]
  }
  each gone
}

@test "-o: with another status than 0 and 1 FILE stays, and one line says so" {
  echo old >f
  cp f was
  stays() {
    local want=$1
    shift
    run "-$want" bash -c "$1"
    cmp f was || fails "$1: f is $(cat f)"
    [ "$(grep -c "'f' stays as it was" <<<"$output")" = 1 ] || fails "$1: $output"
    alone f was
  }
  stays 123 'gf-stream -o f where --strict 1 -gt 2 <f'
  stays 125 'gf-stream --max-record 1 -o f sort <f'
  stays 125 'gf-stream -o f --stats-file /dev/full sort <f'
  stays 125 'gf-stream -o f except missing <f'
  stays 123 'gf-ratelimit -o f -c 1 unlimited f'
  stays 75 'gf-ratelimit -o f --fail 1/h f f'
  stays 125 'gf-ratelimit -o f unlimited f missing'
  stays 125 'gf-ratelimit -o f --reject missing/x 1/h f'
  run -123 gf-stream -o new where --strict 1 -gt 2 <f
  [ "${lines[-1]}" = "gf-stream: 'new' was not written" ]
  run -123 gf-stream -q -o new where --strict 1 -gt 2 <f
  [[ $output != *'was not written'* ]]
  alone f was
  run -1 gf-stream -o new filter nothing first <f # an answer is no failure
  [ -z "$output" ]
  [ -e new ] && [ ! -s new ]
  gf-ratelimit -o new --drop 1/h f f
  cmp new f
}

@test "-o: what prints no records is refused, and so is another output in the same file" {
  echo old >f
  cp f was
  for words in 'gf-stream -o f any old' 'gf-stream -o f all old' 'gf-stream -o f none old' \
    'gf-stream -o f sort --check' 'gf-stream -o f --explain sort' \
    'gf-stream -o new peek new' 'gf-stream -o f peek f' 'gf-stream -o f --stats-file f sort' \
    'gf-stream -o f --chain f' 'gf-stream -o /dev/stdout sort' 'gf-ratelimit -o f --reject f --drop 1/s' \
    'gf-ratelimit -o f --reject f 1/s' 'gf-ratelimit -o new --reject new 1/s' 'gf-ratelimit -o f -K 1 --key-rates f 1/s' \
    'gf-ratelimit -o f --feedback f 1/s' 'gf-ratelimit -o f -S ./f 1/s' 'gf-ratelimit -o f -S ./s 1/s -- true'; do
    # shellcheck disable=SC2086
    run -2 bash -c "exec $words <f >>f"
    cmp f was || fails "$words: f is $(cat f)"
    [ ! -e new ]
  done
}

# Runs in a name space of its own, where ./ro cannot be written.
read_only() {
  mount --bind ro ro && mount -o remount,ro,bind ro || exit 99
  (copy "$1" -o ro/f; echo $?; cat) <in
}

@test "-o: a directory that takes no file is an error before a record is read" {
  needs_namespaces
  mkdir ro
  seq 3 >in
  echo old >ro/f
  export -f read_only copy
  for i in "${!COPIES[@]}"; do
    run --separate-stderr unshare -Urm bash -c "COPIES=('${COPIES[$i]}'); read_only 0"
    [ "$output" = $'125\n1\n2\n3' ] || fails "$output $stderr"
    [[ $stderr == *"ot write to 'ro/f'"* || $stderr == *"cannot make a file in the directory of 'ro/f'"* ]] || fails "$stderr"
  done
  [ "$(cat ro/f)" = old ]
}

@test "-o: a disk that fills up leaves FILE as it was, also one without nameless files" {
  not_sanitized 'the shim comes before the sanitizer'
  needs_glibc
  full() {
    local room names
    seq 10000 >f
    cp f was
    for names in '' GF_DISK_NAMES=1; do
      for room in 0 10 40000; do
        run --separate-stderr -125 env LD_PRELOAD="$GF_AID/fulldisk.so" GF_DISK_BYTES="$room" $names "${words[@]}"
        cmp f was
        alone f was
        [[ $stderr == *"cannot write to 'f': No space left on device"*"'f' stays as it was"* ]] || fails "$stderr"
      done
      run --separate-stderr -125 env LD_PRELOAD="$GF_AID/fulldisk.so" GF_DISK_FILES=0 $names "${words[@]}"
      cmp f was
      alone f was
      env LD_PRELOAD="$GF_AID/fulldisk.so" GF_DISK_BYTES=100000 $names "${words[@]}"
      cmp f was
      alone f was
    done
  }
  mkdir a b
  words=(gf-stream --from f -o f collect)
  cd a
  full
  words=(gf-ratelimit -o f unlimited f)
  cd ../b
  full
}

@test "-o: a sync, a link or a rename that fails leaves FILE as it was" {
  not_sanitized 'strace'
  needs_ptrace
  fails_at() {
    echo old >f
    for call in fsync linkat renameat; do
      echo new >in
      run --separate-stderr -125 strace -f -o /dev/null -e trace="$call" -e inject="$call:error=EIO" \
        bash -c "$(declare -f copy); COPIES=('${COPIES[$1]}'); copy 0 -o f <in"
      [ "$(cat f)" = old ]
      [[ $stderr == *"cannot replace 'f': Input/output error"*"'f' stays as it was"* ]] || fails "$call: $stderr"
      alone f in
    done
    # in this order: what is renamed is on the disk; until it has the mode of f it is nobody else's
    strace -f -o log -e trace=openat,fsync,renameat bash -c "$(declare -f copy); COPIES=('${COPIES[$1]}'); copy 0 -o f <in"
    [ "$(cat f)" = new ]
    grep -qE '(O_TMPFILE|\.gf-).*, 0600\)' log
    [ "$(grep -oE 'fsync|renameat' log | tr '\n' ' ')" = 'fsync renameat ' ]
  }
  each fails_at
}

# written PID: the process has an open file that is no standard one, and something in it.
written() {
  local fd
  for fd in "/proc/$1/fd"/*; do
    case $(readlink "$fd") in
      *'(deleted)' | */.gf-*) [ "$(stat -Lc %s "$fd")" -gt 0 ] && return 0 ;;
    esac
  done
  return 1
}

# ended NAMES SIGNAL N: the Nth command is in the midst of a new f when the signal comes.
ended() {
  local status=0
  echo old >f
  mkfifo p
  case $3 in
    0) env $1 gf-stream --from p -o f collect 2>err & ;;
    1) env $1 gf-ratelimit -o f unlimited p 2>err & ;;
  esac
  local pid=$!
  exec 8>p
  seq 100000 >&8
  until_true written "$pid"
  [ "$(cat f)" = old ]
  ls -A >before
  kill "-$2" "$pid"
  wait "$pid" || status=$?
  exec 8>&-
  [ "$status" = $((128 + $(kill -l "$2"))) ] || fails "$2: status $status"
  [ "$(cat f)" = old ]
}

@test "-o: SIGTERM, SIGINT and SIGHUP leave FILE as it was and no other file" {
  for signal in TERM INT HUP; do
    for i in 0 1; do
      mkdir "$signal$i"
      cd "$signal$i" || return 1
      # INT is ignored in the background of a script without job control
      [ "$signal" = INT ] && set -m
      ended '' "$signal" "$i" 8>&-
      set +m
      [[ $(<err) == *"'f' stays as it was" ]]
      alone f p err before
      cd ..
    done
  done
}

@test "-o: nor with a temporary file that has a name" {
  not_sanitized 'the shim comes before the sanitizer'
  needs_glibc
  for i in 0 1; do
    mkdir "$i"
    cd "$i" || return 1
    ended "LD_PRELOAD=$GF_AID/fulldisk.so GF_DISK_NAMES=1" TERM "$i"
    grep -q '^\.gf-' before # it was there
    alone f p err before
    cd ..
  done
}

@test "-o: kill -9 leaves a temporary file that has a name, and the next run removes that" {
  not_sanitized 'the shim comes before the sanitizer'
  needs_glibc
  for i in 0 1; do
    mkdir "$i"
    cd "$i" || return 1
    touch f
    chmod 666 f
    ended "LD_PRELOAD=$GF_AID/fulldisk.so GF_DISK_NAMES=1" KILL "$i"
    [ "$(ls -d .gf-* | wc -l)" = 1 ]
    [ "$(stat -c %a .gf-*)" = 600 ]
    copy "$i" -o other </dev/null
    [ "$(ls -d .gf-* | wc -l)" = 1 ] # it may be of a run for that file
    copy "$i" -o f </dev/null
    alone f other p err before
    cd ..
  done
}

@test "-o: a temporary file that is in use, or no file of ours, is not removed" {
  not_sanitized 'the shim comes before the sanitizer'
  needs_glibc
  export LD_PRELOAD=$GF_AID/fulldisk.so GF_DISK_NAMES=1
  mkfifo p
  gf-stream --from p -o f collect &
  local pid=$!
  exec 8>p
  seq 100000 >&8
  until_true written "$pid"
  name=$(ls -d .gf-*)
  echo second | gf-stream -o f collect
  [ "$(cat f)" = second ]
  [ -e "$name" ]
  exec 8>&-
  wait "$pid"
  [ "$(wc -l <f)" = 100000 ]
  alone f p
  ln -s f "$name"
  echo third | gf-stream -o f collect
  [ -L "$name" ] && [ "$(cat f)" = third ]
  rm "$name"
  [ "$(id -u)" -eq 0 ] || return 0
  echo theirs >"$name"
  chown 12345 "$name"
  echo fourth | gf-stream -o f collect
  [ "$(cat "$name")" = theirs ] && [ "$(cat f)" = fourth ]
}

@test "-o: kill -9 in the midst leaves FILE as it was, and no file that was not there before" {
  for i in 0 1; do
    mkdir "$i"
    cd "$i" || return 1
    ended '' KILL "$i"
    diff before <(ls -A)
    cd ..
  done
}

# gf-buffer --atomic writes the same way, by another option: its command, or its input, is in the midst of it.
@test "--atomic: a signal, kill -9 too, leaves FILE as it was, and the next run removes what is left" {
  local names signal how pid status
  for names in '' "LD_PRELOAD=$GF_AID/fulldisk.so GF_DISK_NAMES=1"; do
    [ -z "$names" ] || { not_sanitized 'the shim comes before the sanitizer'; needs_glibc; }
    for signal in TERM HUP KILL; do
      for how in '--commit-on-eof' '-- cat'; do
        rm -rf d && mkdir d && cd d || return 1
        echo old >f
        mkfifo p
        # shellcheck disable=SC2086
        env $names gf-buffer --atomic f $how <p 2>err &
        pid=$!
        exec 8>p
        seq 100000 >&8
        until_true written "$pid"
        [ "$(cat f)" = old ]
        kill "-$signal" "$pid"
        status=0
        wait "$pid" || status=$?
        exec 8>&-
        [ "$status" = $((128 + $(kill -l "$signal"))) ] || fails "$signal $how: status $status: $(cat err)"
        [ "$(cat f)" = old ] || fails "$signal $how"
        [ "$signal" = KILL ] || { [[ $(<err) == *"'f' stays as it was"* ]] || fails "$signal $how: $(cat err)"; alone f p err; }
        # shellcheck disable=SC2086
        env $names gf-buffer --atomic f -- echo new
        [ "$(cat f)" = new ]
        alone f p err
        cd ..
      done
    done
  done
}

@test "--atomic: a disk that fills up, a sync, a link or a rename that fails leave FILE as it was" {
  not_sanitized 'strace'
  needs_glibc
  needs_ptrace
  local how call
  seq 10000 >in
  echo old >f
  for how in '--commit-on-eof' '-- cat'; do
    # shellcheck disable=SC2086
    run -125 env LD_PRELOAD="$GF_AID/fulldisk.so" GF_DISK_BYTES=10 gf-buffer --atomic f $how <in
    expect_text "cannot write to 'f': No space left on device"
    alone f in
    for call in fsync linkat renameat; do
      # shellcheck disable=SC2086
      run -125 strace -f -o /dev/null -e trace="$call" -e inject="$call:error=EIO" gf-buffer --atomic f $how <in
      expect_text "Input/output error"
      [ "$(cat f)" = old ] || fails "$call, $how"
      alone f in
    done
  done
}
