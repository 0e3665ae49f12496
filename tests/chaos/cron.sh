#!/usr/bin/env bash
# cron.sh - gf-cron run on a clock that goes 600 times as fast, killed by kill -9 at random moments
# and started again, now and then two at once on the same state, of which the first may be held up
# from then on; at the end each (job, due time) has one outcome, none ran twice, none is missing.
# 1,000 kills (KILLS=N for another number), for at most GF_CHAOS_SECONDS where that is set.
set -u
cd "$(dirname "$0")/../.." || exit 1
bin=$(realpath "${GF_BIN:-build/bin}")
clock=$(realpath "${GF_AID:-build/tests/aid}")/ownclock.so
seconds=${GF_CHAOS_SECONDS:-3600}
most=${KILLS:-1000}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
GF_CLOCK="$(date +%s) $(awk '{ printf "%.0f", $1 * 1e9 }' /proc/uptime) 600"
export GF_CLOCK

# id, options, schedule; each run says that it has begun.
jobs='quick|* * * * *||
slow|*/2 * * * *||; sleep 0.3
queue|* * * * *|GF_OVERLAP=queue:2|; sleep 0.15
replace|* * * * *|GF_OVERLAP=replace|; sleep 0.15
catch|* * * * *|GF_CATCHUP=5m|
jitter|*/3 * * * *|GF_JITTER=200ms|
limit|*/5 * * * *|GF_TIMEOUT=100ms GF_KILL_AFTER=100ms|; sleep 1
second|@every 45s||
fails|* * * * *||; exit 1'
while IFS='|' read -r id when options rest; do
  # shellcheck disable=SC2016 # the shell of the job expands it
  printf '%s GF_ID=%s %s echo "$GF_ID ${GF_DUE}" >>began%s\n' "$when" "$id" "$options" "$rest"
done <<<"$jobs" >table

# scheduler: one in the background; its pid is $!.
scheduler() {
  LD_PRELOAD=$clock "$bin/gf-cron" run -q -S ./db table </dev/null >>out 2>>err &
}

# nap MIN SPAN: milliseconds, at random.
nap() {
  sleep "$(awk -v ms="$(($1 + RANDOM % $2))" 'BEGIN { print ms / 1000 }')"
}

kills=0
end=$((SECONDS + seconds))
while [ "$SECONDS" -lt "$end" ] && [ "$kills" -lt "$most" ]; do
  pids=()
  scheduler && pids+=($!)
  if [ $((RANDOM % 4)) -eq 0 ]; then
    if [ $((RANDOM % 2)) -eq 0 ]; then
      nap 20 200
      kill -STOP "${pids[0]}"
      nap 0 300
    fi
    scheduler && pids+=($!)
  fi
  nap 20 700
  if [ $((RANDOM % 8)) -eq 0 ]; then
    kill -TERM "${pids[@]}"
    kill -CONT "${pids[0]}"
  else
    kill -KILL "${pids[@]}"
    kills=$((kills + ${#pids[@]}))
  fi
  wait "${pids[@]}" 2>/dev/null
  nap 0 300
done
scheduler # the last one takes up what is left, and ends in order
sleep 0.5
kill -TERM $!
wait $!

status=0
wrong() {
  printf '%s\n' "$@"
  status=1
}

"$bin/gf-cron" history -S ./db >rows
while IFS='|' read -r id when _; do
  awk -F'\t' -v id="$id" '$1 == id { print $2 }' rows >due
  [ -s due ] || wrong "$id: nothing on record"
  "$bin/gf-cron" next --tz UTC --from "$(date -u -d "$(head -n 1 due) - 1 second" +%FT%TZ)" \
    --until "$(tail -n 1 due)" "$when" | sed 's/+00:00/Z/' >want
  hole=$(diff want due | head -n 5)
  [ -z "$hole" ] || wrong "$id: due (<) and on record (>) differ:" "$hole"
done <<<"$jobs"
twice=$(sort began | uniq -d)
[ -z "$twice" ] || wrong 'ran twice:' "$twice"
awk -F'\t' '$5 == "ok" || $5 == "failed" { print $1 " " $2 }' rows | sort >ended
awk -F'\t' '$5 ~ /^(ok|failed|timeout|interrupted)$/ { print $1 " " $2 }' rows | sort >started
sort began >begun
[ -z "$(comm -23 ended begun)" ] || wrong 'on record as run, and did not:' "$(comm -23 ended begun)"
[ -z "$(comm -13 started begun)" ] || wrong 'ran, and is not on record:' "$(comm -13 started begun)"
! grep -q running <(cut -f5 rows) || wrong 'still running, with nobody there'
[ "$kills" -gt 0 ] || wrong 'nothing was killed'
printf 'gf-cron: killed %d, due %d times: %s: %s\n' "$kills" "$(wc -l <rows)" \
  "$(cut -f5 rows | sort | uniq -c | awk '{ printf "%s%s %d", (NR > 1 ? ", " : ""), $2, $1 }')" \
  "$([ "$status" -eq 0 ] && echo 'each once' || echo WRONG)"
[ "$status" -eq 0 ] || head -n 5 err
exit "$status"
