#!/usr/bin/env bash
# stream.sh - gf-stream at sizes that take minutes and gigabytes: a record of 1 GiB, and 10 GB (GB=n
# for less) of records with a budget of 64 MiB. Needs twice that room in $TMPDIR or /var/tmp.
set -u
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$ROOT/build/bin:$PATH
export LC_ALL=C
GB=${GB:-10}
bad=0

# row NAME CMD...: says whether the command succeeded, and its time.
row() {
  local name=$1 t0=$SECONDS
  shift
  if "$@"; then echo "ok - $name ($((SECONDS - t0)) s)"; else
    echo "not ok - $name"
    bad=1
  fi
}

giant() {
  head -c 1073741824 /dev/zero | tr '\0' "$1"
  echo
}

giant_passes() { [ "$(giant a | gf-stream --max-record 2G "$@" | wc -c)" -eq 1073741825 ]; }
giant_refused() {
  local text
  text=$(giant a | gf-stream "$@" 2>&1 >/dev/null)
  [ $? -eq 125 ] && [[ $text == *'record 1 '*'longer than 64.0MiB'* ]]
}

# Ten digits that do not repeat and text: 50 bytes a record, in an order that is no order.
records() {
  awk -v n=$((GB * 20000000)) 'BEGIN {
    for (i = 0; i < n; i++) printf "%010d and some more text, for it to be long\n", i * 7919 % 9999999967 }'
}

# One pass in, and what comes out is in order, all there and the same: the sums of both agree.
sorted_whole() {
  records | tee >(gf-stream --stats-file /dev/null sum -f 1 >"$work/in.sum") |
    gf-stream --memory 64M sort |
    gf-stream peek >(gf-stream sum -f 1 >"$work/out.sum") sort --check || return 1
  sleep 1
  cmp "$work/in.sum" "$work/out.sum"
}

# Half of the records, twice: the first of each is what there was.
distinct_whole() {
  local all=$GB
  GB=$(((GB + 1) / 2))
  records >"$work/once"
  gf-stream --memory 64M --from "$work/once" --from "$work/once" distinct | cmp - "$work/once"
  local status=$?
  GB=$all
  rm -f "$work/once"
  return $status
}

work=$(mktemp -d "${TMPDIR:-/var/tmp}/gf-long-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
row '1 GiB: filter' giant_passes filter aaa
row '1 GiB: filter by pattern' giant_passes filter '^a+$'
row '1 GiB: sort' giant_passes --memory 3G sort
row '1 GiB: distinct' giant_passes --memory 3G distinct
row '1 GiB: over the limit' giant_refused collect
row "$GB GB: sort" sorted_whole
row "$GB GB: distinct" distinct_whole
exit $bad
