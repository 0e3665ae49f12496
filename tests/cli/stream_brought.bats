#!/usr/bin/env bats
# stream_brought.bats - gf-stream with what people bring along from sort, grep, cut and others: refused with
# what it is here, and that does what the other tool does. The rows are in stream_brought.tsv.

load helper

# told OPERATION WORD: gf-stream refuses the word with what the table says.
told() {
  local here
  here=$(awk -F '\t' -v of="gf-stream${1:+ $1}" -v word="$2" \
    '$1 == "elsewhere" && $2 == of && $3 == word { print $4 == $3 ? "" : " of " $4; print " " $5 }' dump)
  run -2 gf-stream ${1:+"$1"} "$2" <input
  [ "${lines[-1]}" = "hint: $2${here//$'\n'/}" ] || fails "$1 $2: $output"
}

@test "every word of the tables is told, and the page has a way that is tried" {
  local of word
  : >input
  gf-stream --gf-dump >dump
  awk -F '\t' '$1 == "elsewhere" { print substr($2, 11) "|" $3 }' dump >words
  [ "$(wc -l <words)" -gt 100 ] || fails "$(wc -l <words) words"
  while IFS='|' read -r of word; do
    told "$of" "$word"
  done <words
  # each thing that a table names in place of a word is in a row of stream_brought.tsv
  awk -F '\t' '$1 == "elsewhere" { print $5 }' dump | sort -u >here
  cut -f 3 "$ROOT/tests/cli/stream_brought.tsv" >tried
  while read -r _ name _; do
    name=${name%[,:]}
    case $name in not | what | the) continue ;; esac
    grep -qwFe "$name" tried || fails "nothing tries $name"
  done <here
}

@test "what the tables name does what the other tool does" {
  local theirs ours bad=
  printf 'b,3,x\na,10,y\na,10,y\nB,2,x\nab,3,x\n' >input
  printf 'a,10,y\n' >few
  printf 'b\0a\nc\0' >nuls
  printf '%s\n' 'x 3' 'y  10' 'x 4' 'z 1' >blanks
  while IFS=$'\t' read -r theirs want ours; do
    case $theirs in '#'*) continue ;; esac
    # shellcheck disable=SC2294
    eval "$want" <input >want || :
    eval "gf-stream $ours" <input >got || :
    cmp -s want got || bad+="$theirs: $ours"$'\n'"$(diff want got | head -n 4)"$'\n'
  done <"$ROOT/tests/cli/stream_brought.tsv"
  [ -z "$bad" ] || fails "$bad"
}
