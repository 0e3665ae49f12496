#!/usr/bin/env bats
# stream_spill.bats - gf-stream beyond its budget: the same bytes as with all the memory there is, and
# against the tools it stands for.

load helper

records() {
  awk -v n="$1" 'BEGIN { srand(7); for (i = 0; i < n; i++)
    printf "%d k%d %s\n", rand() * n / 3, rand() * 1000000, substr("abcdefghijklmnop", 1 + rand() * 8) }'
}

@test "what holds data gives the same with the least budget" {
  local op
  records 80000 >in
  { sed 60000q in && tail -n 3 in && seq 130000; } >known
  for op in sort 'sort -n' 'sort -f 2' 'sort -u -f 1' distinct 'distinct -c' 'distinct -f 1' \
    'distinct -f 1 -c' 'distinct --last -f 1' 'distinct --only-dup -f 1' 'distinct --max 2 -f 1' reverse \
    'shuffle --seed 2' 'group 1 count,median:1,join:3,distinct:3,min:1,first:2,last:2' \
    'group 3 count,sum:1' 'median -f 1' 'top -f 1n 1000' 'sort -f 1n limit 14000' \
    'except known' 'intersect known' 'except -f 1 known' 'intersect -f 3 known' 'except -f 1-2 known' \
    'tail 60000' 'skip -60000' 'tail 7' 'skip -79999' 'tail 80001 reverse' 'tail 60000 skip -33000'; do
    # shellcheck disable=SC2086
    gf-stream $op <in >wide
    # shellcheck disable=SC2086
    gf-stream --memory 1M $op <in >narrow
    cmp wide narrow || fails "$op"
  done
}

@test "the digits of the sums of groups count for the budget" {
  not_sanitized 'caps the address space'
  awk 'BEGIN { for (i = 0; i < 20000; i++) printf "k%d 1e5000\nk%d 1e-5000\n", i, i }' >in
  (ulimit -v 60000 && gf-stream --memory 16M group 1 sum:2 <in >out)
  [ "$(wc -l <out)" -eq 20000 ]
}

@test "no temporary file has a name" {
  mkdir tmp
  mkfifo never
  exec 9<>never
  records 60000 >&9 &
  gf-stream --memory 1M -T tmp sort <never >/dev/null 3>&- 9>&- &
  local pid=$!
  sleep 1
  [ -z "$(ls -A tmp)" ]
  kill -9 "$pid" %1 2>/dev/null || true
  exec 9>&-
  [ -z "$(ls -A tmp)" ]
}

@test "fused and unfused chains give the same" {
  local chain
  records 5000 >in
  for chain in 'sort limit 10' 'sort -f 1n limit 10' 'sort -r distinct' 'sort -f 1 distinct limit 7' \
    'sort count' 'shuffle sum -f 1' 'reverse median -f 1' 'sort any k1' 'sort sort limit 5' \
    'fields 3 distinct' 'distinct limit 9' 'filter k1 count' 'sort first' 'sort -f 1n first' \
    'sort -r first' 'sort -u first'; do
    # shellcheck disable=SC2086
    gf-stream $chain <in >fused
    # shellcheck disable=SC2086
    gf-stream --no-fuse $chain <in >unfused
    cmp fused unfused || fails "$chain"
  done
}

@test "random chains are what the same pipeline of other tools gives" {
  local ops tools i k got want
  ops=('sort' 'sort -n' 'sort -k 2,2n -k 1,1r' 'sort -g' 'uniq' 'limit 50' 'skip 3' 'tail 40' 'reverse'
    'distinct' 'filter -F 1' 'reject 7' 'enumerate' 'every 3' 'upper' 'sort -u' 'skip -4')
  tools=('sort -s' 'sort -s -n' 'sort -s -k 2,2n -k 1,1r' 'sort -s -g' 'uniq' 'head -n 50' 'tail -n +4'
    'tail -n 40' 'tac' "awk '!s[\$0]++'" 'grep -F 1' 'grep -v 7' "awk '{ print NR \"\\t\" \$0 }'"
    "awk 'NR % 3 == 0'" 'tr a-z A-Z' 'sort -u' 'head -n -4')
  RANDOM=11
  for ((i = 0; i < 60; i++)); do
    records $((RANDOM % 300)) >in
    got=
    want='cat in'
    for ((k = 0; k < 3; k++)); do
      n=$((RANDOM % ${#ops[@]}))
      got+=" ${ops[n]}"
      want+=" | ${tools[n]}"
    done
    # shellcheck disable=SC2086
    gf-stream $got <in >got
    bash -c "$want" >want
    cmp got want || fails "$got"
  done
}

@test "reads of any size give the same" {
  records 300 >in
  gf-stream filter k1 fields 2 sort <in >want
  for size in 1 2 7 100; do
    dd if=in bs="$size" status=none | gf-stream filter k1 fields 2 sort | cmp - want
  done
}

@test "sort of much, alike or not, is what sort says: pages made ahead, beginnings in common" {
  export LC_ALL=C
  awk 'BEGIN { for (i = 0; i < 300000; i++) printf "the same beginning %09d %d\n", i * 7919 % 300007, i % 5 }' >alike
  sort -s alike | cmp - <(gf-stream --from alike sort)
  sort -s -r alike | cmp - <(gf-stream --from alike sort -r)
  sort -s -k 4,4nr alike | cmp - <(gf-stream --from alike sort -f 4nr)
  sort -s -k 5,5n alike | cmp - <(gf-stream --from alike sort -f 5n)
  # The beginning ends within the eight bytes that are kept, or a key with it; zeros are bytes too.
  printf '%s\n' 'prefix-12345' 'prefix-1234' 'prefix-123' 'prefix-1' 'prefix-' 'prefix-12345678' 'prefix-123456789' >few
  printf 'prefix-12\0\nprefix-12\nprefix-12\0\0\n' >>few
  for j in 1 2; do
    for _ in $(seq 700); do cat few; done | gf-stream -j $j sort | cmp - <(for _ in $(seq 700); do cat few; done | sort -s)
  done
}

@test "sort of keys that have ever longer beginnings in common, in one thread and in two" {
  export LC_ALL=C
  local end
  for end in b ' '; do # against the order, and in order
    awk -v end="$end" 'BEGIN { for (i = 0; i < 1500; i++) { print s end; s = s "aaaaaaaa" } }' >nested
    sort -s nested | cmp - <(gf-stream -j1 --from nested sort)
    { cat nested && records 20000; } >mixed
    sort -s mixed | cmp - <(gf-stream -j2 --from mixed sort)
  done
}
