#!/usr/bin/env bats
# stream_memory.bats - gf-stream keeps to its budget: the address space is capped at the budget and 16 MiB
# beside the program itself, and what comes out is what comes out with all the memory there is.
# bats file_tags=plain

load helper

CAP=28000 # KiB: the budget of 4 MiB, 16 MiB, and 8 MiB of program and libraries

# long_records N BYTES [DIFFERENT]: `KEY NUMBER xxx...`, with as many keys as records, or DIFFERENT ones.
long_records() {
  awk -v n="$1" -v size="$2" -v few="${3:-$1}" 'BEGIN {
    for (s = "x"; length(s) < size; s = s s) ;
    for (i = 0; i < n; i++)
      print "k" i * 7919 % n % few, i, substr(s, 1, size) }'
}

# small_budget ARGS...: gf-stream with a budget of 4 MiB below the cap. One thread, since the stack of each
# takes address space; -j is refused by operations that have no use for it.
small_budget() {
  local jobs=-j1 alone=' reverse uniq tail skip between context fill-down sample window batch enumerate peek join collect '
  [[ $alone != *" $1 "* ]] || jobs=
  # shellcheck disable=SC2086
  (ulimit -v "$CAP" && exec gf-stream $jobs --memory 4M "$@")
}

# same_as_wide OP...: each operation gives with the small budget what it gives without, for the file `in`.
same_as_wide() {
  local op
  for op; do
    # shellcheck disable=SC2086
    gf-stream $op <in >wide
    # shellcheck disable=SC2086
    small_budget $op <in >narrow || fails "$op: $?"
    cmp wide narrow || fails "$op"
  done
}

@test "records of 500 KB: a batch of them is short where they are copied" {
  not_sanitized 'caps the address space'
  long_records 50 500000 >in
  same_as_wide sort 'sort -u' 'sort -f 1' 'sort upper' 'sort enumerate' 'sort fields 2,1,3' 'sort template {3}{2}' \
    reverse 'shuffle --seed 1' 'group 1 join:3' 'sort peek copy' 'uniq -c'
  gf-stream sort <in | cmp - copy
}

@test "records of 500 KB: no more runs are merged at once than the budget has room for" {
  not_sanitized 'caps the address space'
  long_records 40 500000 >in
  same_as_wide 'sort -r' 'sort -k 3r -k 2n' 'sort -u -k 1,1 -k 3r' 'top 5' 'top -f 1 30' 'bottom -k 3r 20' \
    distinct 'distinct -c' 'distinct -i' 'distinct --last' 'distinct --only-unique' 'group 3,1 count'
}

@test "group counts the texts of its groups, and puts aside what would make them too many" {
  not_sanitized 'caps the address space'
  long_records 50 500000 >in
  same_as_wide 'group 1 first:3' 'group 1 last:3,count' 'group 1 first:2,last:3,last:2' 'group 3 last:3' 'group 1 count,distinct:3'
  # Values that get longer, and then short again; numbers of 30000 digits.
  awk 'BEGIN {
    for (s = "7"; length(s) < 30000; s = s s) ;
    for (round = 0; round < 4; round++)
      for (i = 0; i < 800; i++)
        print "k" i, round == 1 ? i substr(s, 1, 30000) : round == 2 ? "-" i substr(s, 1, 30000) : i + round }' >in
  same_as_wide 'group 1 last:2' 'group 1 max:2,min:2,last:2,count' 'group 1 first:2,max:2' 'group 1 min:2'
  # What is no number is found there too.
  echo 'k799 many' >>in
  same_as_wide 'group --skip-bad 1 max:2,count'
  run ! small_budget group 1 max:2 <in
  expect_text "record 3201 is no number: 'many'"
}

@test "group keeps nothing but the count of a key where that is all that is asked for" {
  awk 'BEGIN { for (i = 0; i < 30000; i++) print "key" i, i }' >in
  # A table that is full would go on in a file, which may have no byte.
  (ulimit -f 0 && gf-stream --memory 4M group 1 count,count <in) | tail -n 1 | diff - <(echo key29999 1 1)
}

@test "group counts keys that are too long for a batch" {
  head -c 2500000 /dev/zero | tr '\0' k >key
  { cat key && printf ' x\r\nshort\r\n' && cat key && printf '\r\n'; } >in
  gf-stream --memory 64M group 1 count,count <in >out
  { cat key && printf ' 2 2\r\nshort 1 1\r\n'; } | cmp - out
}

@test "a record of group beyond its part of the budget is an error that names its key" {
  long_records 100 500000 3 >in
  run -125 small_budget group 1 join:3 <in
  expect_text "group: the record of 'k0' is larger than the memory it may use"
  expect_text 'hint: --memory sets the budget'
  run -125 small_budget group 1 count,last:3 <<<"k0 b $(head -c 900000 /dev/zero | tr '\0' x)"
  expect_text 'group: record 1 is larger than the memory it may use'
}

@test "records of 5 MB: few blocks of them are held by operations that work side by side" {
  not_sanitized 'measures the memory'
  long_records 24 5000000 >in
  "$GF_AID/frugal" 70000 gf-stream --memory 4M -j2 upper <in >out
  tr a-z A-Z <in | cmp - out
  "$GF_AID/frugal" 40000 gf-stream --memory 4M -j2 filter x <in >out
  cmp in out
  "$GF_AID/frugal" 40000 gf-stream --memory 4M -j2 fields 1,2 <in >out
  cut -d ' ' -f 1,2 in | cmp - out
}

@test "operations that work side by side keep to the budget, whatever they make of few bytes" {
  not_sanitized 'measures the memory'
  set -o pipefail
  local long
  long=$(printf 'abcdefghij%.0s' {1..100})
  awk 'BEGIN { for (i = 0; i < 200000; i++) print i * 7919 % 10 }' >in
  "$GF_AID/frugal" 26000 gf-stream --memory 4M -j2 map "s/^/$long/" <in | cksum >narrow
  awk -v long="$long" '{ print long $0 }' in | cksum | cmp - narrow
  "$GF_AID/frugal" 26000 gf-stream --memory 4M -j4 template "$long {1}" tail 1 <in
  # As many records as bytes.
  long_records 40 500000 >in
  "$GF_AID/frugal" 30000 gf-stream --memory 4M -j2 split x <in | cksum >narrow
  tr x '\n' <in | cksum | cmp - narrow
  "$GF_AID/frugal" 30000 gf-stream --memory 4M -j4 matches x count <in
}

# Every operation that holds data, in each of its ways.
HOLDERS=(sort 'sort -n' 'sort -r' 'sort -u' 'sort -f 1n' 'sort -R --seed 1' 'sort limit 2' 'top 2' 'bottom -f 1n 2'
  'shuffle --seed 1' reverse distinct 'distinct -f 1' 'distinct -c' 'distinct --last' 'distinct --only-dup' 'distinct --max 2'
  uniq 'uniq -c' 'group 1 count' 'group 1 first:-1,last:-1' 'group 1 join:-1' 'group 1 distinct:-1' 'tail 2' 'skip -2'
  'between k nosuch' 'between --not k nosuch' 'context -B 2 -A 1 k1'
  'sample --seed 1 2' 'window 2' 'batch 2' 'join +' 'except in' 'intersect in' 'distinct --any-field-order' 'fill-down 2' 'peek copy' enumerate 'split q')

@test "records of 1 byte: every operation keeps to the budget" {
  not_sanitized 'caps the address space'
  awk 'BEGIN { for (i = 0; i < 400000; i++) print i * 7919 % 10 }' >in
  same_as_wide "${HOLDERS[@]}" 'group 1 sum:1,mean:1,median:1,min:1' 'median' 'percentile -f 1 5,50'
}

@test "records of 10 MB: every operation does with five of them, or names the one that is too large" {
  not_sanitized 'measures the memory'
  local op got
  long_records 4 10000000 2 >in
  for op in "${HOLDERS[@]}"; do
    got=0
    # shellcheck disable=SC2086
    "$GF_AID/frugal" 66000 gf-stream --memory 4M $op <in >narrow 2>err || got=$?
    [ "$got" -ne 125 ] || grep -q '^hint: --memory sets the budget$' err || fails "$op: $(cat err)"
    case $got in
      0)
        # shellcheck disable=SC2086
        gf-stream $op <in | cmp - narrow || fails "$op"
        ;;
      125) grep -Eq "(record .*|the records to hold are) larger than the memory (it|they) may use" err || fails "$op: $(cat err)" ;;
      *) fails "$op: $got $(cat err)" ;;
    esac
  done
}

@test "split: a record of eight million pieces takes no memory for each of them" {
  not_sanitized 'measures the memory'
  awk 'BEGIN { for (s = "ab,"; length(s) < 20000000; s = s s) ; print s }' >in
  "$GF_AID/frugal" 80000 gf-stream --memory 4M -j1 split , <in >out
  tr , '\n' <in | cmp - out
}

@test "template: a record that is set in as a whole is not cut into fields" {
  not_sanitized 'measures the memory'
  awk 'BEGIN { for (s = "ab "; length(s) < 20000000; s = s s) ; print s }' >in
  "$GF_AID/frugal" 90000 gf-stream -j1 template '{0}{1}' <in >out
  sed 's/$/ab/' in | cmp - out
}

@test "--patterns: a million of them keep to the budget, or say which one has room for them" {
  not_sanitized 'measures the memory'
  awk 'BEGIN { for (i = 0; i < 1000000; i++) 
    printf "%08x-%04x-%04x-%04x-%012d\n", i * 2137, i % 65536, i % 997, i % 1009, i }' >ids
  awk 'NR % 1000 == 7 { print "id", $0 } NR % 50 == 9 { print NR }' ids >in
  grep ^id in >want
  "$GF_AID/frugal" 136000 gf-stream --memory 120M -j1 filter --patterns ids <in >out
  cmp want out
  gf-stream filter --patterns ids sort <in | cmp - <(sort want) # with the default budget
  run -125 "$GF_AID/frugal" 36000 gf-stream --memory 20M -j1 filter --patterns ids <in
  expect_text 'gf-stream: filter: the patterns of --patterns take 107MiB of memory, and may use 20.0MiB'
  expect_text 'hint: --memory 107M has room for them'
  gf-stream --memory 107M filter --patterns ids count <in
}

@test "except and intersect go on in temporary files when FILE is larger than the budget" {
  not_sanitized 'caps the address space'
  long_records 60 500000 >in
  { tail -n 40 in && long_records 30 490000 && tail -n 1 in; } >known
  same_as_wide 'except known' 'intersect known' 'except -f 3 known' 'intersect -f 1,2 known' 'intersect known count'
  # Half of these are in the table: those that come behind the first that is not have to wait for it.
  awk 'BEGIN { for (i = 0; i < 400000; i++) print i * 7919 % 400009 }' >known
  awk 'BEGIN { for (i = 0; i < 300000; i++) print i * 31 % 600011; print 1; print "no"; print 1 }' >in
  same_as_wide 'except known' 'intersect known' 'intersect known distinct -c' 'except -f 1 known limit 5'
  grep -vxFf known in | cmp - <(small_budget except known <in)
  grep -xFf known in | cmp - <(small_budget intersect known <in)
  : >in
  same_as_wide 'except known' 'intersect known'
}

@test "except and intersect: the table, the sorted keys and the records put aside share the budget" {
  not_sanitized 'measures the memory'
  local op
  # The table is full, the keys behind it just have room, and of the records half are put aside.
  awk 'BEGIN { for (s = "x"; length(s) < 1000; s = s s) ;
    s = substr(s, 1, 1000)
    for (i = 0; i < 21000; i++)
      print i, s >"known"
    for (i = 0; i < 30000; i++)
      print (i % 2 ? -i : i / 2 % 10000), s >"in" }'
  for op in 'except known' 'intersect known'; do
    # shellcheck disable=SC2086
    "$GF_AID/frugal" 37000 gf-stream --memory 32M $op <in >out
    # shellcheck disable=SC2086
    gf-stream --memory 1G $op <in | cmp - out
  done
}
