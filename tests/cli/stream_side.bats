#!/usr/bin/env bats
# gf-stream with blocks of records done side by side (-j): the same bytes, faults and counts as one
# thread makes. The input has many blocks, since the first few are never shared out.

load helper

setup_file() {
  # 150,000 records, 7 MB; one in 1,000 is long.
  awk 'BEGIN { srand(11); for (i = 1; i <= 150000; i++) {
    s = sprintf("%06d id=%04x %s /api/%d,%d %d", i, int(rand() * 65536), rand() < .1 ? "ERROR" : "INFO",
      int(rand() * 1000), int(rand() * 100), int(rand() * 3000))
    if (i % 1000 == 0) for (k = 0; k < 200; k++) s = s " padding"
    print s
  } }' >"$BATS_FILE_TMPDIR/in"
}

# side CHAIN...: the chain makes the same of the file and of a pipe, with one thread and with three.
side() {
  local status=0 other=0
  gf-stream -j1 "$@" <"$BATS_FILE_TMPDIR/in" >one 2>one.err || status=$?
  gf-stream -j3 "$@" <"$BATS_FILE_TMPDIR/in" >three 2>three.err || other=$?
  cmp one three && cmp one.err three.err && [ $status = $other ] || fails "$*: $status $other $(cat three.err)"
  [ "${expects:-0}" = $status ] || fails "$*: status $status: $(cat one.err)"
  gf-stream -j2 "$@" < <(cat "$BATS_FILE_TMPDIR/in") >three 2>three.err || true
  cmp one three && cmp one.err three.err || fails "$*: pipe"
}

@test "the same records come out, in order" {
  side filter ERROR
  side reject 'INFO'
  side filter 'id=00[0-9a-f]+ '
  side filter -i error map 's/id=(\w+)/$1-$1/' fields 2,1
  side where 5 -gt 1500
  side template '{2}: {1}'
  side upper
  side lower trim
  side split ,
  side matches '[0-9]+'
  side filter nothing
  side filter 'padding'
  side filter -F -e padding -e '00 id' -e 'id=f' reject '0 padding'
}

@test "what follows sees the same records" {
  side filter ERROR count
  side fields 3 distinct -c
  side map 's/ /\n/g' count # a record that holds newlines is one
  side map 's/,/\n/' sort
  side filter ERROR sort -n limit 7
  side filter ERROR limit 5
  side where 5 -gt 10 take-while '^0000'
  side filter INFO enumerate
  side filter INFO peek seen skip 3
  side fields 5 sum
  expects=1 side filter ERROR any NOTHING
}

@test "answers are put together out of parts" {
  for op in 'sum -f' 'mean -f' 'min -f' 'max -f' 'reduce -f'; do
    which=$([[ $op != reduce* ]] || echo sum)
    # shellcheck disable=SC2086
    side $op 5 $which
    # shellcheck disable=SC2086
    side filter ERROR map 's/ /./' $op 4 $which
    # shellcheck disable=SC2086
    expects=$([[ $op$which == *sum* ]] && echo 0 || echo 1) side filter nothing $op 5 $which
  done
  awk '{ print $5 (NR % 3 ? ".25" : "e3"), $5 * 0 (NR % 2 ? "" : ".0") }' "$BATS_FILE_TMPDIR/in" >numbers
  cp "$BATS_FILE_TMPDIR/in" whole
  cp numbers "$BATS_FILE_TMPDIR/in"
  side sum -f 1
  side mean -f 1
  side min -f 2 # 0 and 0.0: the first
  side max -f 2
  awk 'NR == 140000 { $1 = "x" } { print }' numbers >"$BATS_FILE_TMPDIR/in"
  expects=123 side sum -f 1
  side sum --skip-bad -f 1
  cp whole "$BATS_FILE_TMPDIR/in"
}

@test "groups whose keys and values are found ahead are the same" {
  side group 3 count
  side group 2 count,sum:5
  side group 5 sum:1,min:1
  side group 1 first:5
  side group 4 sum:5,mean:2 --skip-bad
  side group 3 median:5,join:1 --join +
  side group 2,3 count
  side group 9 count # no record has it: one group, of ''
  side -d , group 2 count
  side -D '|' filter ERROR group 3 sum:5
  side where 5 -gt 10 reject '7$' group 4 count,max:5
  side fields 3,5 group 1 sum:2
  side --memory 1M group 1 sum:5,last:2
  cp "$BATS_FILE_TMPDIR/in" whole
  sed 's/$/\r/' whole >"$BATS_FILE_TMPDIR/in"
  side group 3 sum:5
  side --crlf=keep group 5 count
  side -0 group 1 count
  for at in 1 700 60000 149999; do
    awk -v at=$at 'NR == at { $5 = "x" } NR == at + 7 { $0 = "" } { print }' whole >"$BATS_FILE_TMPDIR/in"
    expects=123 side group 3 sum:5
    grep -q " $at" one.err
    expects=123 side filter ' ' group 3 sum:5,count
    side group 3 sum:5,count --skip-bad
  done
  awk '{ for (k = 0; k < 12; k++) print NR % 7; print; for (k = 0; k < 12; k++) print "" }' whole >"$BATS_FILE_TMPDIR/in"
  side group 1 count # more is found in the blocks than is kept
  side group 1 sum:5 --skip-bad
  cp whole "$BATS_FILE_TMPDIR/in"
}

@test "a fault is met behind the records before it, and names its record" {
  cp "$BATS_FILE_TMPDIR/in" whole
  for at in 1 700 60000 149999; do
    awk -v at=$at 'NR == at { $5 = "x" } { print }' whole >"$BATS_FILE_TMPDIR/in"
    expects=123 side where --strict 5 -gt 10
    expects=123 side filter -e '' where --strict 5 -gt 10 fields 1
    awk -v at=$at 'NR == at { for (k = 0; k < 25; k++) printf "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"; print ""; next } { print }' \
      whole >"$BATS_FILE_TMPDIR/in"
    expects=125 side filter '^(a+)+(a+)+(a+)+(a+)+b|^0' fields 1
  done
  cp whole "$BATS_FILE_TMPDIR/in"
}

@test "a block that makes too much to be kept makes the same, with faults, runs and records behind it" {
  long=$(printf 'abcdefghij%.0s' {1..400})
  cp "$BATS_FILE_TMPDIR/in" whole
  side map "s/^05.*ERROR/$long\$&/"
  side map "s/ERROR/$long/" matches 'j i|^[0-9]*0 |e.*f' count
  side map "s/^05/\$&$long/" reject '[1-7]$' sort tail 3
  side map "s/^05/\$&$long/" take-while '^(0[0-5]|06[0-2])'
  side map "s/^05/\$&$long/" split j filter -F i tail 1000
  for at in 60000 149999; do
    awk -v at=$at 'NR == at { $5 = "x" } { print }' whole >"$BATS_FILE_TMPDIR/in"
    expects=123 side where --strict 5 -gt 10 map "s/^05.*ERROR/$long\$&/"
    expects=123 side map "s/^05.*ERROR/\$&$long/" where --strict 5 -gt 10 fields 5
  done
  cp whole "$BATS_FILE_TMPDIR/in"
}

@test "a record over the limit is met behind those before it" {
  awk 'NR == 100000 { for (k = 0; k < 20000; k++) printf "padding " } { print }' "$BATS_FILE_TMPDIR/in" >long
  mv long "$BATS_FILE_TMPDIR/in"
  expects=125 side --max-record 100K filter id fields 1
  grep -q "record 100000 of 'standard input' is longer than 100KiB" one.err
  side --max-record 1M filter id fields 1
}

@test "several inputs, a last record without its end, NUL records" {
  head -c 2000000 "$BATS_FILE_TMPDIR/in" >a # ends within a record
  tr '\n' '\0' <"$BATS_FILE_TMPDIR/in" >z
  for n in 1 3; do
    gf-stream -j$n --from a --from "$BATS_FILE_TMPDIR/in" --from a filter id fields 1,2 >out.$n
    gf-stream -j$n -0 --from z --from z filter id map 's/ /\n/' sort >nul.$n
  done
  cmp out.1 out.3
  cmp nul.1 nul.3
  [ "$(wc -l <out.1)" -gt 230000 ]
}

@test "what comes slowly goes out at once" {
  mkfifo feed
  gf-stream -j4 filter a upper <feed >out 3>&- &
  exec 5>feed
  for i in 1 2 3; do
    echo "a $i" >&5
    until_true has_lines out $i
  done
  cat "$BATS_FILE_TMPDIR/in" >&5
  until_true has_lines out $((3 + $(gf-stream filter a count <"$BATS_FILE_TMPDIR/in")))
  echo 'a last' >&5
  until_true grep -q 'A LAST' out
  exec 5>&-
  wait
}

# threads CHAIN...: how many work on the chain when it has read the file out of a pipe and waits for more.
threads() {
  mkfifo feed
  gf-stream -j3 "$@" <feed >out &
  exec 5>feed
  cat "$BATS_FILE_TMPDIR/in" >&5
  echo "/proc/$!/task"/* | wc -w
  exec 5>&-
  wait
  rm feed
}

has_three() { [ "$(echo "/proc/$1/task"/* | wc -w)" -eq 3 ]; }

# three_for_file CHAIN...: the same of the file itself, where they have to become three.
three_for_file() {
  mkfifo feed
  gf-stream -j3 --from "$BATS_FILE_TMPDIR/in" --from feed "$@" >out &
  exec 5>feed
  until_true has_three $!
  exec 5>&-
  wait
  rm feed
}

@test "a search for plain text that keeps few records, or of a pipe, is left to the thread that reads" {
  [ "$(threads filter nothing)" -eq 1 ]
  [ "$(threads filter -F '100000 id' reject 'no such')" -eq 1 ]
  [ "$(threads filter ' id=')" -eq 1 ]
  [ "$(threads filter 'not+hing')" -eq 3 ]
  [ "$(threads filter -f 1 nothing)" -eq 3 ]
  [ "$(threads upper filter nothing)" -eq 3 ]
  three_for_file filter ' id='
}

@test "the counts of each operation are the same" {
  for n in 1 3; do
    gf-stream -j$n --stats --stats-file stats.$n filter ERROR fields 1 <"$BATS_FILE_TMPDIR/in" >/dev/null
    gf-stream -j$n -v filter ERROR fields 1 <"$BATS_FILE_TMPDIR/in" 2>detail.$n >/dev/null
  done
  cmp detail.1 detail.3
  cmp <(grep -v time stats.1) <(grep -v time stats.3)
}

# `make long T=chains` makes them for minutes.
@test "random chains make what a model says, in every way that must not matter" {
  local rounds=40
  [ -z "${GF_SAN:-}" ] || rounds=15
  run -0 python3 "$ROOT/tests/long/random_chains.py" "${SEED:-5}" "${ROUNDS:-$rounds}" 0
}
