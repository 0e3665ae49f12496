#!/usr/bin/env bats
# buffer_check.bats - records of 0 to 8 MiB with checksums, a writer and a reader that stall at random: whatever the
# policy, order is kept, none is torn, what is missing is counted, and markers say the truth. The seed is in what
# fails; more seeds are in tests/long/buffer.sh.

load helper
load buffer_check.bash

# all_ways MEMORY: each way with a seed of its own.
all_ways() {
  local seed=$((EPOCHSECONDS % 100000 * 100)) how statuses words dropped=0 full=0
  while read -r how statuses words; do
    seed=$((seed + 1))
    # shellcheck disable=SC2086
    one_way "$seed" 60 "$1" "$how" "$statuses" $words >why || fails "$(cat why)"
    [ "$(jq .dropped stats)" -eq 0 ] || dropped=$((dropped + 1))
    [ "$(jq .held_bytes_most stats)" -lt 1000 ] || full=$((full + 1))
  done <<<"$WAYS"
  echo "$dropped $full" >sums
}

@test "buffer: records with checksums, -m 1K" {
  all_ways 1K
  # A record that is longer than the buffer is among sixty: so these ways did drop.
  [ "$(cut -d ' ' -f 1 sums)" -ge 6 ] || fails "$(cat sums)"
}
@test "buffer: records with checksums, -m 64K" {
  all_ways 64K
  [ "$(cut -d ' ' -f 2 sums)" -ge 6 ] || fails "$(cat sums)"
}
@test "buffer: records with checksums, -m 1M" { all_ways 1M; }
@test "buffer: records with checksums, -m 16M" { all_ways 16M; }

# ---- what these have found -----------------------------------------------------------------------

@test "buffer: a record without room in the spool is dropped to its end, however late that comes" {
  mkfifo in
  gf-buffer -q -m 300K --spool sp --spool-max 256K --then drop-newest <in >out 3>&- &
  pid=$!
  exec 7>in
  head -c 700000 /dev/zero | tr '\0' x >&7
  sleep 0.3 # nothing is in the spool, and nothing in memory
  printf 'its end\nbehind\n' >&7
  exec 7>&-
  status=0
  wait "$pid" || status=$?
  [ "$status" -eq 123 ]
  [ "$(cat out)" = behind ] || fails "$(head -c 100 out)"
}

@test "buffer: --then=error ends the run at a record that has no room, and cuts none" {
  mkfifo in stalled
  exec 8<>stalled
  gf-buffer -q -m 4K --spool sp --durable --spool-max 600K --then error --stats=json --stats-file stats <in >stalled 2>err 3>&- 8>&- &
  pid=$!
  exec 7>in
  { head -c 3000000 /dev/zero | tr '\0' x; echo; seq 200000; } >&7 2>/dev/null 3>&- 8>&- &
  exec 7>&-
  until_true is_asleep "$pid"
  sleep 0.3 # the spool is full of a part of the first record
  kill -0 "$pid"
  cat <stalled >out 3>&- 8>&- &
  cat=$!
  exec 8>&-
  status=0
  wait "$pid" || status=$?
  wait "$cat"
  [ "$status" -eq 75 ] || fails "$status: $(cat err)"
  [ "$(head -n 1 out | wc -c)" -eq 3000001 ]
  [ "$(tail -c 1 out)" = '' ]
  tail -n +2 out | cmp - <(seq "$(($(wc -l <out) - 1))")
  [ "$(jq '[.held, .added_bytes, .in == .out + .dropped] == [0, 0, true]' stats)" = true ] || fails "$(cat stats)"
}

@test "buffer: --bytes: no records are counted" {
  for words in '' '--when-full drop-oldest -m 10 --start-at 10' '--spool sp --durable'; do
    # shellcheck disable=SC2086
    seq 1000 | gf-buffer -q --bytes $words --stats=json --stats-file stats >out || [ $? -eq 123 ]
    [ "$(jq -c '[.in, .found, .out, .dropped, .held, .held_most, .in_bytes]' stats)" = '[0,0,0,0,0,0,3893]' ] ||
      fails "$words: $(cat stats)"
    [ "$(jq '.out_bytes + .dropped_bytes' stats)" -eq 3893 ]
  done
}

@test "buffer: a spool that is smaller than what has no room in memory is no trap" {
  {
    echo a
    head -c 3000000 /dev/zero | tr '\0' x
    echo
    seq 100000
  } >in
  for memory in 4K 1M; do
    rm -rf sp
    timeout 60 gf-buffer -q -m "$memory" --spool sp --spool-max 256K --then block <in | cmp - in || fails "$memory"
  done
}
