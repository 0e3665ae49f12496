#!/usr/bin/env bats
# cron_trouble.bats - gf-cron run -S when memory or the disk is out: no run that was started is lost.
# bats file_tags=plain

load helper

@test "memory: each allocation that fails leaves the run on record, or nothing started" {
  needs_glibc
  printf '@start GF_ID=x echo >began; exit 3\n' >t
  for ((n = 1; n < 100000; n += 1 + n / 12)); do
    rm -f db* began mark
    got=0
    timeout 10 env LD_PRELOAD="$GF_AID/failalloc.so" GF_FAIL_ALLOC="$n" GF_FAIL_MARK="$PWD/mark" \
      gf-cron run -S ./db t </dev/null >out 2>err 3>&- || got=$?
    [ -e mark ] || break
    # 134: libev has no way to go on without memory, and says so.
    case $got in
      0 | 125) ;;
      134) grep -q '(libev) memory allocation failed' err || fails "$n: $(cat err)" ;;
      *) fails "$n: status $got: $(cat err)" ;;
    esac
    [ -e began ] || continue
    gf-cron history -S ./db | grep -q '^x' || fails "$n: status $got, not on record: $(cat err)"
  done
  [ "$n" -gt 300 ]
}

# Runs in a name space of its own, with a small file system in ./d.
full_disk() {
  mount -t tmpfs -o size=2m,mode=755 none d && cd d || exit 99
  printf '@every 1s GF_ID=x GF_OVERLAP=allow echo >>../began; sleep 0.2\n' >t
  gf-cron run -S ./db t </dev/null >out 2>../err 3>&- &
  pid=$!
  for _ in $(seq 100); do [ "$(wc -l <../began)" -ge 2 ] && break; sleep 0.05; done
  sleep 0.1 # a run goes on, its end is yet to be written
  cat /dev/zero >fill 2>/dev/null
  sleep 3
  rm fill
  sleep 2.2
  kill "$pid"
  wait "$pid" || exit 98
  gf-cron history -S ./db >../rows
}

@test "disk: while it is full nothing starts, and what was owed is recorded when there is room" {
  needs_namespaces
  mkdir d
  : >began
  export -f full_disk
  run unshare -Urm bash -c full_disk
  expect_status 0
  grep -q 'cannot write the state' err
  [ "$(grep -c missed rows)" -ge 2 ]
  [ "$(grep -c ok rows)" -eq "$(wc -l <began)" ]
  # One row for each second, from the first to the last.
  first=$(date -u -d "$(head -n 1 rows | cut -f2)" +%s)
  last=$(date -u -d "$(tail -n 1 rows | cut -f2)" +%s)
  [ "$(wc -l <rows)" -eq $((last - first + 1)) ] || fails "$(cat rows)"
}
