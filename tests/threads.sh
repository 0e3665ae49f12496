#!/usr/bin/env bash
# threads.sh BIN CASE - what threads do in the tools, for the thread sanitizer.
set -u
bin=$1
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# Four threads sort.
sort_case() {
  seq 300000 | sort -R --random-source=<(yes) >"$dir/in"
  "$bin/gf-stream" -j 4 sort -n <"$dir/in" | cmp - <(seq 300000)
}

# Four threads filter and map blocks of records, or find keys and values in them; another ends while blocks are under
# way.
blocks_case() {
  seq 1000000 >"$dir/in"
  "$bin/gf-stream" -j 4 reject 7 map 's/1/one/' fields 1 <"$dir/in" | cmp - <(sed '/7/d; s/1/one/' "$dir/in") &&
    "$bin/gf-stream" -j 4 reject 7 group 1 sum:1 <"$dir/in" | cmp - <(awk '!/7/ { print $0 " " $0 }' "$dir/in") &&
    "$bin/gf-stream" -j 4 filter 9 limit 90000 <"$dir/in" | cmp - <(grep 9 "$dir/in" | head -n 90000)
}

# One thread reads feedback while the other holds records of seven keys.
feedback_case() {
  for i in {1..300}; do echo "$((i % 7)) $i"; done >"$dir/in"
  "$bin/gf-ratelimit" -K 1 --ramp 100ms --feedback fd:5 200/s <"$dir/in" 5< <(
    for i in {1..400}; do printf 'slow\nfast\n429 0.01\t%s\n429 0.01\nok\n' $((i % 7)); done
  ) | sort | cmp - <(sort "$dir/in")
}

"$2_case"
