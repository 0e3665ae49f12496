#!/usr/bin/env bash
# argv.sh - command lines of any words: options of this tool and of the others, whole, cut and glued to values,
# numbers that are none, empty words, bytes that are no text. Each in an empty directory. No tool crashes or goes on
# after SIGTERM; with status 2 nothing was started and no file made or changed, and all that was said begins with
# the tool's name.
#
# RUNS=N command lines a tool (600), TOOLS="gf-pool ..."; SEED=N repeats those of an earlier run, ONLY=K its K-th
# line alone, with what it prints. tests/long/mix.sh has values that fit.
set -u
export LC_ALL=C
bin=${GF_BIN:-$PWD/build/bin}
[[ $bin == /* ]] || bin=$PWD/$bin
TOOLS=${TOOLS:-gf-cron gf-pipeline gf-pool gf-ratelimit gf-sem gf-stream}
RUNS=${RUNS:-600}
SEED=${SEED:-$RANDOM}
ONLY=${ONLY:-}
echo "# SEED=$SEED RUNS=$RUNS"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/home" "$work/bin"
export HOME=$work/home TMPDIR=$work/home
unset XDG_STATE_HOME
# The one command that lines find: it says that it was started.
printf '#!/bin/sh\n: >>"%s"\n' "$work/started" >"$work/bin/mark"
chmod +x "$work/bin/mark"
bad=0

# The options of each command, and what people bring along; a line `COMMAND<TAB>OPTION` each.
options_of() {
  "$bin/$1" --gf-dump | awk -F '\t' '
    $1 == "option" && $3 != "-" { print $2 "\t-" $3 }
    $1 == "option" && $4 != "-" { print $2 "\t--" $4 }
    $1 == "elsewhere" && $3 ~ /^-/ { print $2 "\t" $3 }' | sort -u
}

commands_of() {
  "$bin/$1" --gf-dump | awk -F '\t' '$1 == "command" && sub(/^[^ ]+ /, "", $2) { print $2 }'
}

# shellcheck disable=SC2016,SC2034,SC2054 # words as they are, which `pick` takes
odd=('' - -- --- -= --= --=x '*' . .. ./ / a b f '{}' ':::' '::::' @ @f ! , '|' 'a|b' '%s%n' '$(mark)' '`mark`' \'
  '"' \\ $'\n' $'a\nb' $'\t' $'\e[31m' $'\x7f' $'\xff\xfe' $'\xc3' $'\xe2\x80\xae' ' ' '#' 0 00 1 -1 -0 +1 1e3 0x10 nan inf
  1.5 99999999999999999999999 -99999999999999999999999 9223372036854775807 18446744073709551616 1s 1ms 5/s 1/0 0/s
  s/a/b/ '(' '[' '\Qa' '* * * * *' '@daily' 60 '@every 1s' UTC 2024-02-30 SIGKILL 64 mark "$work/bin/mark" "$(printf '%4000s' x)")

pick() { # ARRAY: sets `word`
  local -n of=$1
  word=${of[RANDOM % ${#of[@]}]}
}

# One more word of the line.
any_word() {
  local value
  case $((RANDOM % 12)) in
    [0-4]) pick own ;;
    5) pick all ;;
    6 | 7) pick odd ;;
    8) pick odd && value=$word && pick own && word="$word=$value" ;;
    9) pick own && word=${word:0:RANDOM % (${#word} + 1)} ;;
    10) pick odd && value=$word && pick own && word=${word:0:2}$value ;;
    11) word=mark ;;
  esac
}

# What there is: names, sizes, contents.
picture() { find "$work/home" now "$work/bin" -printf '%p %y %s %m %T@ %C@\n' | sort; }

# said_well TOOL: each line of `said` begins with the tool's name, but for hints and the lines that show a place.
said_well() {
  [ -s said ] && awk -v name="$1: " 'NR == 1 || !/^(  |hint: )/ { if (index($0, name) != 1) exit 1 }' said
}

try() {
  local tool=$1 status fault=
  shift
  rm -rf now home started
  mkdir now home
  picture >before
  (
    cd now || exit 1
    ulimit -f 20000 -c 0
    PATH=$work/bin exec "$timeout" -k 10 2 "$bin/$tool" "$@" </dev/null
  ) >out 2>said
  status=$?
  case $status in
    137) fault='it goes on after SIGTERM' ;;
    12[89] | 1[3-9]? | 2??) fault="status $status" ;;
    2)
      picture | cmp -s before - || fault='status 2, and files were made or changed'
      [ ! -e started ] || fault='status 2, and something was started'
      said_well "$tool" || fault='status 2, and what was said does not begin with the name'
      ;;
  esac
  [ -z "$fault" ] || {
    printf 'not ok - %s: %s (SEED=%s, line %s):' "$tool" "$fault" "$SEED" "$line"
    printf ' %q' "$tool" "$@"
    echo
    head -n 5 said
    bad=1
  }
  if [ -n "$ONLY" ]; then
    printf ' %q' "$tool" "$@"
    printf '\nstatus %s\n' "$status"
    cat said
  fi
  refused=$((refused + (status == 2)))
}

timeout=$(command -v timeout)
cd "$work" || exit 1
declare -A table # the options of a command, between blanks
all=()
for tool in $TOOLS; do
  while IFS=$'\t' read -r command option; do
    table[$command]+=" $option"
    all+=("$option")
  done < <(options_of "$tool")
done
for tool in $TOOLS; do
  RANDOM=$SEED
  refused=0
  [[ ${table[$tool]-} ]] || { echo "no options of $tool"; exit 1; }
  mapfile -t commands < <(commands_of "$tool")
  for ((line = 1; line <= RUNS; line++)); do
    args=()
    command=$tool
    if [ ${#commands[@]} -gt 0 ] && ((RANDOM % 8)); then
      pick commands
      args=("$word")
      command="$tool $word"
    fi
    # shellcheck disable=SC2034 # `pick` takes it
    read -ra own <<<"${table[$command]:-${table[$tool]}}"
    for ((n = RANDOM % 7; n >= 0; n--)); do
      any_word
      args+=("$word")
    done
    if [ -z "$ONLY" ] || [ "$ONLY" = "$line" ]; then try "$tool" "${args[@]}"; fi
  done
  echo "# $tool: $RUNS lines, $refused refused"
done
[ "$bad" = 0 ] && echo "ok - any words (SEED=$SEED)"
exit "$bad"
