#!/usr/bin/env bats
# common.bats - what holds for every tool there is, now or later: each test walks over gf-* in
# $GF_BIN. A tool says in common.d/ how it is called. A rule is one chain of &&.

load helper

tools() {
  local path found=
  for path in "$GF_BIN"/gf-*; do
    [ -x "$path" ] && found+=" ${path##*/}"
  done
  echo "$found"
}

# each RULE: every tool keeps it.
each() {
  local tool bad=
  for tool in $(tools); do
    FILTER=() USAGE_GOOD=() USAGE_BAD=() STORM=() PRINTS=() PRINTS_NAMED=() RECORDS=20000 status=0 output=
    unset FILTER_NUL
    before() { :; }
    # shellcheck source=/dev/null
    . "$ROOT/tests/cli/common.d/$tool.sh" || fails "$tool has no file in tests/cli/common.d"
    # shellcheck disable=SC2034 # the rules read it
    declare -p FILTER_NUL >/dev/null 2>&1 || FILTER_NUL=("${FILTER[@]}")
    rm -rf "$tool.d" && mkdir "$tool.d" && cd "$tool.d" || return 1
    "$1" "$tool" || {
      echo "$tool: status $status, output: $output" >&2
      bad+=" $tool"
    }
    cd "$BATS_TEST_TMPDIR" || return 1
  done
  [ -z "$bad" ] || fails "not so:$bad"
}

# each_filter RULE: every tool that can copy its input.
each_filter() {
  local rule=$1
  only_filters() { [ ${#FILTER[@]} -eq 0 ] || "$rule" "$1"; }
  each only_filters
}

says() { case $output in *"$1"*) ;; *) echo "no '$1'"; return 1 ;; esac }
ended() { [ "$status" -eq "$1" ]; }

# records: RECORDS lines, more than a pipe holds.
records() { seq -f "%0$((120000 / RECORDS)).0f" "$RECORDS"; }

@test "there are tools" {
  [ -n "$(tools)" ]
}

@test "--help goes to stdout, with usage, options, examples and exit status" {
  rule() {
    run --separate-stderr "$1" --help
    ended 0 && [ -z "$stderr" ] && says "usage: $1" && says '-h, --help' && says 'examples:' &&
      says 'exit status:' || return 1
    run --separate-stderr "$1" -h
    ended 0 && [ -z "$stderr" ] && says "usage: $1" && says '--help' && says 'examples:'
  }
  each rule
}

@test "-q and -v together are refused, in either order, and nothing is done" {
  rule() {
    local how
    for how in "${USAGE_GOOD[@]}"; do
      run bash -c "${how/ @ / -q -v } </dev/null"
      ended 2 && says '--quiet does not go with --verbose: ' && says 'leave one of them out' || return 1
      run bash -c "${how/ @ / --verbose --quiet } </dev/null"
      ended 2 && says '--quiet does not go with --verbose: ' || return 1
      run bash -c "${how/ @ / -v -v } </dev/null"
      ended 0 || return 1
    done
  }
  each rule
}

@test "--version is one line on stdout" {
  rule() {
    run --separate-stderr "$1" --version
    ended 0 && [ -z "$stderr" ] && [[ $output =~ ^"$1 (gf) "[0-9]+\.[0-9]+\.[0-9]+$ ]] &&
      [ "$output" = "$("$1" -V)" ]
  }
  each rule
}

@test "no line of --help is wider than a terminal" {
  rule() {
    run "$1" --help
    ! grep -nE '^.{101,}' <<<"$output"
  }
  each rule
}

# prints TOOL LINE WHY-CLOSED: the line prints; where that cannot be written it ends with 125 and the reason.
prints() {
  local why=$3
  run --separate-stderr timeout 10 bash -c "$2" <in
  [ -n "$output" ] || { echo "prints nothing: $2"; return 1; }
  run timeout 10 bash -c "exec >/dev/full; $2" <in
  ended 125 && says "$1: " && says 'No space left on device' || { echo "full: $2"; return 1; }
  run timeout 10 bash -c "exec >&-; $2" <in
  ended 125 && says "$1: " && says "$why" || { echo "closed: $2"; return 1; }
}

@test "help and version, of each command, to a full disk or a closed stdout fail, with the reason" {
  rule() {
    local what command
    printf 'a\nb\n' >in
    while IFS= read -r command; do
      prints "$1" "$command --help" 'Bad file descriptor' || return 1
    done < <("$1" --gf-dump | awk -F '\t' '$1 == "command" { print $2 }')
    for what in -h --version -V --gf-dump; do
      prints "$1" "$1 $what" 'Bad file descriptor' || return 1
    done
  }
  each rule
}

@test "all that is printed, to a full disk or a closed stdout, fails with the reason" {
  rule() {
    local line
    printf 'a\nb\n' >in
    [ ${#PRINTS[@]} -gt 0 ] || { echo 'no PRINTS'; return 1; }
    before
    for line in "${PRINTS[@]}"; do
      prints "$1" "$line" 'Bad file descriptor' || return 1
    done
    # What opens a name of a closed stdout finds nothing that takes a byte.
    for line in "${PRINTS_NAMED[@]}"; do
      prints "$1" "$line" " '/" || return 1
    done
  }
  each rule
}

@test "an unknown option is bad usage, with a hint and nothing on stdout" {
  rule() {
    local bad
    for bad in --no-such-option-there-is -$'\001' --=x; do
      run --separate-stderr "$1" "$bad" </dev/null
      ended 2 && [ -z "$output" ] && [[ $stderr == "$1: unknown option"* ]] &&
        [[ $stderr == *$'\n'hint:* ]] || return 1
    done
  }
  each rule
}

@test "a misspelt long option is told the right one" {
  rule() {
    run "$1" --versoin
    ended 2 && says "did you mean '--version'?"
  }
  each rule
}

@test "an abbreviated option is refused with the full name" {
  rule() {
    run "$1" --versio
    ended 2 && says "unknown option '--versio'" && says "'--version'"
  }
  each rule
}

@test "control bytes in a bad option are shown escaped" {
  rule() {
    run "$1" $'--\033[31mred'
    ended 2 && says '\x1b[31mred' && [[ $output != *$'\033'* ]]
  }
  each rule
}

@test "bad usage is 2, says why, and prints nothing on stdout" {
  rule() {
    local line
    [ ${#USAGE_BAD[@]} -gt 0 ] || { echo 'no USAGE_BAD'; return 1; }
    for line in "${USAGE_BAD[@]}"; do
      run --separate-stderr bash -c "$line" <<<one
      ended 2 && [ -z "$output" ] && [[ $stderr == "$1: "* ]] || { echo "$line"; return 1; }
    done
  }
  each rule
}

@test "empty input is fine" {
  rule() {
    run "${FILTER[@]}" </dev/null
    ended 0 && [ -z "$output" ]
  }
  each_filter rule
}

@test "records come out as they went in" {
  rule() {
    records >in
    "${FILTER[@]}" <in >out && cmp in out
  }
  each_filter rule
}

@test "a full disk is 125, with the reason" {
  rule() {
    run bash -c 'exec "$@" >/dev/full' - "${FILTER[@]}" <<<one
    ended 125 && says "$1: " && says 'No space left on device'
  }
  each_filter rule
}

@test "a closed stdout is 125, with the reason" {
  rule() {
    run bash -c 'exec "$@" >&-' - "${FILTER[@]}" <<<one
    ended 125 && says "$1: " && says 'Bad file descriptor'
  }
  each_filter rule
}

@test "a closed stdin is 125, never empty input" {
  rule() {
    run bash -c 'exec "$@" <&-' - "${FILTER[@]}"
    ended 125 && says "$1: " && says 'Bad file descriptor'
  }
  each_filter rule
}

@test "a stdin that is a directory is 125, by name" {
  rule() {
    run bash -c 'exec "$@" <.' - "${FILTER[@]}"
    ended 125 && says "$1: " && says 'standard input' && says 'Is a directory'
  }
  each_filter rule
}

@test "all three standard descriptors closed: 125, and no file of ours lands on them" {
  rule() {
    run timeout 10 bash -c 'exec "$@" <&- >&- 2>&-' - "${FILTER[@]}"
    ended 125
  }
  each_filter rule
}

@test "a closed stderr changes nothing for good input" {
  rule() {
    [ "$("${FILTER[@]}" <<<one 2>&-)" = one ]
  }
  each_filter rule
}

@test "a reader that leaves ends the tool quietly by SIGPIPE" {
  rule() {
    run timeout 20 env --default-signal=PIPE bash -c \
      'yes "$(printf %01000d 7)" | "$@" 2>err | head -n 1 >/dev/null; exit "${PIPESTATUS[1]}"' \
      - "${FILTER[@]}"
    output=$output$(cat err)
    ended 141 && [ -z "$output" ]
  }
  each_filter rule
}

@test "with SIGPIPE inherited as ignored it is a write error, 125" {
  rule() {
    run timeout 20 bash -c 'trap "" PIPE
      { env --default-signal=PIPE yes "$(printf %01000d 7)"; } 2>/dev/null | "$@" 2>err | head -n 1 >/dev/null
      exit "${PIPESTATUS[1]}"' - "${FILTER[@]}"
    output=$output$(cat err)
    ended 125 && says 'Broken pipe'
  }
  each_filter rule
}

@test "NUL, CR, escapes and bytes that are not UTF-8 are data" {
  rule() {
    printf 'cr\r\n\xff\xfe\xc0\x80\xed\xa0\x80\n\033[31m\n \t spaced  \n\n\\x41\n' >in
    "${FILTER[@]}" <in >out && cmp in out || return 1
    [ ${#FILTER_NUL[@]} -eq 0 ] && return 0
    printf 'a\0b\n\0\n\0\0c\n' >in
    "${FILTER_NUL[@]}" <in >out && cmp in out
  }
  each_filter rule
}

@test "a last line without its newline is not lost" {
  rule() {
    printf 'one\ntwo' | "${FILTER[@]}" >out || return 1
    [ "$(cat out)" = $'one\ntwo' ] && [ "$(wc -c <out)" -le 8 ]
  }
  each_filter rule
}

@test "a storm of signals loses nothing" {
  rule() {
    records >in
    "$GF_AID/trickle" 0 4096 5 <in |
      "$GF_AID/storm" 28 18 19 23 "${STORM[@]}" -- "${FILTER[@]}" 2>err |
      "$GF_AID/trickle" 100 4096 5 >out
    status=${PIPESTATUS[1]}
    output=$(head -n 3 err)
    ended 0 && cmp in out
  }
  each_filter rule
}

@test "a non-blocking stdin works, without spinning" {
  rule() {
    records >in
    { head -c 1000 in; sleep 0.7; tail -c +1001 in; } |
      "$GF_AID/frugal" 500ms "$GF_AID/nonblock" 0 "${FILTER[@]}" >out
    status=${PIPESTATUS[1]}
    [ "$RECORDS" -lt 20000 ] && [ "$status" -eq 99 ] && status=0 # jobs cost time of their own
    ended 0 && cmp in out
  }
  each_filter rule
}

@test "a non-blocking stdout works, without spinning" {
  rule() {
    records >in
    "$GF_AID/frugal" 500ms "$GF_AID/nonblock" 1 "${FILTER[@]}" <in |
      "$GF_AID/trickle" 700 16384 5 >out
    status=${PIPESTATUS[0]}
    [ "$RECORDS" -lt 20000 ] && [ "$status" -eq 99 ] && status=0
    ended 0 && cmp in out
  }
  each_filter rule
}

@test "an inherited descriptor is left blocking" {
  rule() {
    { "${FILTER[@]}" && grep -w flags /proc/self/fdinfo/1 >flags; } <<<one | cat >out
    [ $((8#$(awk '{ print $2 }' flags) & 8#4000)) -eq 0 ]
  }
  each_filter rule
}

@test "the locale changes nothing" {
  rule() {
    local locale
    printf '3,5\n3.5\nI\xc4\xb1\n' >in
    for locale in de_DE.UTF-8 tr_TR.UTF-8 nonsense; do
      LC_ALL=$locale "${FILTER[@]}" <in 2>/dev/null | cmp in - || return 1
    done
  }
  each_filter rule
}

@test "it works in a directory that is gone" {
  rule() {
    mkdir gone && cd gone && rmdir ../gone
    [ "$("${FILTER[@]}" <<<one)" = one ]
  }
  each_filter rule
}

@test "a state on a network file system is refused" {
  needs_glibc
  not_sanitized 'the sanitizer has to be loaded first'
  run env LD_PRELOAD="$GF_AID/netfs.so" gf-ratelimit -S ./rate 1/s --check
  expect_status 125
  [[ "$output" == *'network file system'* ]]
  run env LD_PRELOAD="$GF_AID/netfs.so" gf-sem -S ./sem -j 1 -- true
  expect_status 125
  [[ "$output" == *'network file system'* ]]
  gf-ratelimit -S ./rate 1/s --check
}

@test "-q leaves the numbers of --stats, of every command that has it" {
  local command line
  echo a >in
  printf '@start echo job\n' >table
  for command in $(built <<<gf-fetch) gf-buffer gf-pipeline gf-pool gf-ratelimit gf-stream 'gf-cron run'; do
    case $command in
      gf-fetch) line="$command -q --stats -a /dev/null" ;;
      gf-buffer) line="$command -q --stats" ;;
      gf-pipeline) line="$command -q --stats --stage a -- cat" ;;
      gf-pool) line="$command -q --stats true" ;;
      gf-ratelimit) line="$command -q --stats 100/s" ;;
      gf-stream) line="$command -q --stats collect" ;;
      *) line="$command -q --stats table" ;;
    esac
    # shellcheck disable=SC2086
    timeout 20 $line <in >/dev/null 2>err || fails "$line: $(<err)"
    grep -qE ' [0-9]' err || fails "$line: $(<err)"
    echo "$command"
  done | sort >tried
  for command in $(tools); do "$command" --gf-dump; done |
    awk -F '\t' '$1 == "option" && $4 == "stats" { print $2 }' | sort | diff - tried
}
