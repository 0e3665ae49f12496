#!/usr/bin/env bash
# make.sh BIN - makes the pictures of README.md with the tools in BIN (`make pictures`).
#
# week.svg is the same each time, and a test compares it; pool.svg and rate.svg are of real runs, so they
# differ a little from one time to the next.
set -eu
bin=$(cd "${1:?make.sh BIN}" && pwd)
cd "$(dirname "$0")"
PATH=$bin:$PATH
export LC_ALL=C

printf '0 2 * * * backup\n*/30 8-17 * * MON-FRI poll\n0 2 * * SUN report\n' |
  gf-cron show --days 7 --tz Europe/Berlin --from 2026-03-23 -o week.svg -

seq 40 | gf-ratelimit -b 10 10/s | while read -r _; do echo "$EPOCHREALTIME"; done |
  awk -v title='gf-ratelimit -b 10 10/s' -f rate.awk >rate.svg

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# Jobs of very different lengths, some that fail, some that run into the time limit.
seq 48 | gf-pool -q -j6 -t 900ms --events "$dir/events" \
  -s 'sleep 0.$((($1 * 37) % 89 + 10)); [ $(($1 % 13)) -ne 0 ]' || [ $? -eq 123 ]
awk -v title='gf-pool -j6 -t 900ms: slots, jobs, seconds' -f pool.awk "$dir/events" >pool.svg
