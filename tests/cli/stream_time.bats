#!/usr/bin/env bats
# stream_time.bats - gf-stream: bucket, where -since and -before, times in expressions (lib/time/stamp.h).

# shellcheck disable=SC2154 # run sets stderr
load helper

# A zone that needs no files of the machine: Berlin, as a rule.
berlin=CET-1CEST,M3.5.0,M10.5.0/3

access() {
  cat >access.log <<'END'
10.0.0.1 - - [25/Nov/2026:10:00:01 +0000] "GET / HTTP/1.1" 200
10.0.0.2 - - [25/Nov/2026:10:04:59 +0000] "GET /a HTTP/1.1" 200
10.0.0.1 - - [25/Nov/2026:10:05:00 +0000] "GET /b HTTP/1.1" 404
END
}

@test "stream: bucket makes times of logs the start of their span, and leaves the rest alone" {
  access
  run -0 gf-stream --from access.log bucket 4 5m
  [ "${lines[0]}" = '10.0.0.1 - - 2026-11-25T10:00:00Z +0000] "GET / HTTP/1.1" 200' ]
  run -0 gf-stream --from access.log bucket 4 5m group 4 count
  [ "$output" = $'2026-11-25T10:00:00Z 2\n2026-11-25T10:05:00Z 1' ]
  run -0 gf-stream bucket -1 1h <<<$'x 2026-11-25T10:59:59.9Z\nx  1795600800250\nx 1795600800.9'
  [ "$output" = $'x 2026-11-25T10:00:00Z\nx  2026-11-25T10:00:00Z\nx 2026-11-25T10:00:00Z' ]
  run -0 --keep-empty-lines gf-stream -q -d , bucket 1 250ms <<<$'2026-11-25 10:00:00.777+01:00,a\r'
  [ "$output" = $'2026-11-25T09:00:00.75Z,a\r\n' ]
  run -0 gf-stream --csv --header bucket at 1d <<<$'n,at\n"a, b","2026-11-25 10:00:00"'
  [ "$output" = $'n,at\n"a, b",2026-11-25T00:00:00Z' ]
  run -0 gf-stream -d '|' bucket --format '%d.%m.%Y %H:%M' 1 1w <<<'25.11.2026 10:00|x'
  [ "$output" = '2026-11-23T00:00:00Z|x' ]
}

@test "stream: bucket of syslog is of the year that is nearest to now" {
  local since
  since=$(date -u -d '-20 days' '+%b %e %H:%M:%S')
  run -0 gf-stream -d '|' bucket 1 1d <<<"$since|x"
  [ "$output" = "$(date -u -d '-20 days' +%Y-%m-%dT00:00:00Z)|x" ]
}

@test "stream: with --zone days begin at its midnight, and times without a zone are of it" {
  run -0 gf-stream -d , bucket --zone "$berlin" 1 1d <<<$'2026-11-24T23:30:00Z\n2026-11-25 00:10:00\n2026-07-01T21:59:59Z'
  [ "$output" = $'2026-11-25T00:00:00+01:00\n2026-11-25T00:00:00+01:00\n2026-07-01T00:00:00+02:00' ]
  run -0 env TZ=XST-9 "$GF_BIN/gf-stream" -d , bucket 1 1d <<<'2026-11-24T23:30:00Z'
  [ "$output" = 2026-11-24T00:00:00Z ]
  # The hour that comes twice has buckets of its own.
  run -0 gf-stream bucket --zone "$berlin" 1 1h <<<$'2026-10-25T00:30:00Z\n2026-10-25T01:30:00Z'
  [ "$output" = $'2026-10-25T02:00:00+02:00\n2026-10-25T02:00:00+01:00' ]
}

@test "stream: where -since and -before compare with the beginning of the run, or a time" {
  local hour_ago now
  now=$(date +%s)
  hour_ago=$((now - 3600))
  printf '%s old\n%s new\n' "$((now - 9000))" "$((now - 60))" >stamps
  run -0 gf-stream --from stamps where 1 -since 1h fields 2
  [ "$output" = new ]
  run -0 gf-stream --from stamps where 1 -before 1h fields 2
  [ "$output" = old ]
  run -0 gf-stream --from stamps where 1 -since "$hour_ago" fields 2
  [ "$output" = new ]
  run -0 gf-stream --from stamps where 1 -since 7200 fields 2
  [ "$output" = new ]
  run -0 gf-stream -d , where 1 -since 2026-11-25 <<<$'2026-11-24T23:59:59.9Z\n2026-11-25T00:00:00Z\nx\n\n2026-11-26'
  [ "$output" = $'2026-11-25T00:00:00Z\n2026-11-26' ]
  run -0 gf-stream -d , where --zone "$berlin" 1 -since 2026-11-25 <<<$'2026-11-24T23:30:00Z\n2026-11-24T22:30:00Z\n2026-11-25 00:10'
  [ "$output" = $'2026-11-24T23:30:00Z\n2026-11-25 00:10' ]
  run -0 gf-stream -d , where --format %d.%m.%Y 1 -before 2026-11-25 <<<$'24.11.2026\n25.11.2026'
  [ "$output" = 24.11.2026 ]
  run -123 gf-stream where --strict 1 -since 1h <<<x
  expect_text "where: record 1: no time: 'x'"
}

@test "stream: expressions read, write and group times" {
  local now
  now=$(date +%s)
  printf '%s\n' at "$((now - 9000))" "$((now - 60))" >stamps.csv
  run -0 gf-stream --csv --header --from stamps.csv where --expr 'time(at) > now() - num("1h")' count
  [ "$output" = 1 ]
  run -0 gf-stream --csv --header set 'day=date(bucket(time, "1d"))' <<<$'time\n2026-11-25T10:00:00Z'
  [ "$output" = $'time,day\n2026-11-25T10:00:00Z,2026-11-25T00:00:00Z' ]
  run -0 gf-stream -d , set "2=strftime({1}, '%d.%m.%Y %H:%M', '$berlin')" <<<'2026-11-25T10:00:00Z'
  [ "$output" = '2026-11-25T10:00:00Z,25.11.2026 11:00' ]
  run -2 gf-stream set "1=time({1}, '%T')" <<<x
  expect_text 'it has no date'
  run -2 gf-stream set "1=date({1}, 'No/Such')" <<<x
  expect_text 'time zone'
  run -123 gf-stream set '1=time({1})' <<<x
  expect_text "field 1 is no time: 'x'"
}

@test "stream: what is no time is told with its record, and can be left out" {
  run -123 gf-stream bucket 1 5m <<<$'1795600800\nx'
  expect_text "bucket: record 2: no time: 'x'" '--skip-bad'
  run -123 gf-stream bucket 2 5m <<<1795600800
  expect_text "bucket: record 1: no time: ''"
  run -0 --separate-stderr gf-stream bucket --skip-bad 1 5m <<<$'1795600800\nx'
  [ "$output" = 2026-11-25T10:00:00Z ]
  [[ $stderr == *'bucket: skipped bad values in 1 of 2 records'* ]]
  run -2 gf-stream bucket 1 5x <<<x
  run -2 gf-stream bucket 1 0 <<<x
  expect_text "a bucket of '0' is empty"
  run -2 gf-stream bucket 1-2 5m <<<x
  run -2 gf-stream bucket --zone /etc/localtime 1 5m <<<x
  expect_text 'a time zone has a name here'
  run -2 gf-stream bucket --zone Europe/Brelin 1 5m <<<x
  run -2 gf-stream bucket --format %Q 1 5m <<<x
  expect_text 'no letter of a time'
  run -2 gf-stream where 1 -since soon <<<x
  expect_text 'it is a duration, as in -since 1h'
  run -2 gf-stream where --zone UTC 1 -gt 5 <<<x
  expect_text '--zone and --format are about -since and -before'
  run -2 gf-stream where --zone UTC --expr 1 <<<x
}

@test "stream: bucket in threads is what it is in one" {
  seq 1795600800 1795800800 >seconds
  gf-stream --from seconds -j1 bucket 1 1h >one
  gf-stream --from seconds -j2 bucket 1 1h | cmp - one
  run -0 gf-stream --from one distinct -c
  [ "${lines[0]}" = $'3600\t2026-11-25T10:00:00Z' ]
  gf-stream --from seconds -j1 bucket --zone "$berlin" 1 1d >one
  gf-stream --from seconds -j2 bucket --zone "$berlin" 1 1d | cmp - one
  gf-stream --from seconds -j2 set "1=date(bucket({1}, '1d', '$berlin'), '$berlin')" | cmp - one
}

@test "stream: group --fill gives the buckets that nothing was in" {
  printf '%s\n' 2026-11-25T10:01:00Z,3 2026-11-25T10:16:07Z,4 2026-11-25T10:17:00Z,5 2026-11-25T10:20:00Z,1 >in
  run -0 gf-stream -d , --from in bucket 1 5m group --fill 5m 1 count,sum:2,max:2
  [ "$output" = $'2026-11-25T10:00:00Z,1,3,3\n2026-11-25T10:05:00Z,0,0,\n2026-11-25T10:10:00Z,0,0,\n2026-11-25T10:15:00Z,2,9,5\n2026-11-25T10:20:00Z,1,1,1' ]
  run -0 gf-stream -d , --from in bucket 1 5m group --fill 5m 1 median:2,distinct:2 limit 2
  [ "$output" = $'2026-11-25T10:00:00Z,3,1\n2026-11-25T10:05:00Z,,0' ]
  # Days of 25 and of 23 hours, and the hour that comes twice.
  run -0 gf-stream bucket --zone $berlin 1 1d group --fill 1d --zone $berlin 1 count <<<$'2026-10-24T12:00:00Z\n2026-10-27T12:00:00Z'
  [ "$output" = $'2026-10-24T00:00:00+02:00 1\n2026-10-25T00:00:00+02:00 0\n2026-10-26T00:00:00+01:00 0\n2026-10-27T00:00:00+01:00 1' ]
  run -0 gf-stream bucket --zone $berlin 1 1d group --fill 1d --zone $berlin 1 count <<<$'2026-03-28T12:00:00Z\n2026-03-30T12:00:00Z'
  [ "$output" = $'2026-03-28T00:00:00+01:00 1\n2026-03-29T00:00:00+01:00 0\n2026-03-30T00:00:00+02:00 1' ]
  run -0 gf-stream bucket --zone $berlin 1 1h group --fill 1h --zone $berlin 1 count <<<$'2026-10-24T23:30:00Z\n2026-10-25T02:30:00Z'
  [ "$output" = $'2026-10-25T01:00:00+02:00 1\n2026-10-25T02:00:00+02:00 0\n2026-10-25T02:00:00+01:00 0\n2026-10-25T03:00:00+01:00 1' ]
  # Many more than a batch, of groups that were spilled too.
  awk 'BEGIN { for (i = 0; i < 40000; i++) print 1764000000 + 3 * i }' >in
  gf-stream --from in bucket 1 1s group --fill 1s 1 count >want
  [ "$(gf-stream --from want count)" = 119998 ]
  gf-stream --memory 1M --from in bucket 1 1s group --fill 1s 1 count | cmp - want
  run -0 gf-stream bucket 1 1s group --fill 1s 1 count limit 3 <<<$'2026-01-01\n9000-01-01'
  [ "${#lines[@]}" = 3 ]
}

@test "stream: group --fill refuses times out of order, and what is no bucket" {
  run -123 gf-stream bucket 1 1h group --fill 1h 1 count <<<$'2026-11-25T10:01:00Z\n2026-11-25T09:01:00Z'
  expect_text "'2026-11-25T09:00:00Z' comes behind '2026-11-25T10:00:00Z'" 'hint: sort by the time in front'
  run -123 gf-stream group --fill 1h 1 count <<<$'2026-11-25T10:01:00Z'
  expect_text 'is no start of a bucket of 1h, which --fill wants' 'bucket 1 1h'
  run -123 gf-stream group --fill 1h 1 count <<<x
  run -2 gf-stream group --fill 0s 1 count </dev/null
  run -2 gf-stream group --fill x 1 count </dev/null
  run -2 gf-stream group --fill 1h 1,2 count </dev/null
  expect_text '--fill goes with one field'
  run -2 gf-stream group --zone UTC 1 count </dev/null
  run -2 gf-stream group --fill 1h --zone Nowhere/Land 1 count </dev/null
}

# zone STATUS WORD...: how it ends with these words, with the zones of the test alone.
zone() {
  local status=$1
  shift
  run "-$status" env TZDIR="$PWD/zones" "$GF_BIN/gf-stream" "$@" <<<1764064800
}

@test "stream: a zone whose data cannot be read is 125, a name that no zone has is 2" {
  mkdir zones
  { printf TZif2 && head -c 100 /dev/zero; } >zones/Broken
  for name in Broken None; do
    status=$([ "$name" = Broken ] && echo 125 || echo 2)
    zone "$status" bucket --zone "$name" 1 1h
    zone "$status" where --zone "$name" 1 -since 1h
    zone "$status" group --fill 1h --zone "$name" 1 count
    zone "$status" set "2=date({1},\"$name\")"
  done
  zone 125 bucket --zone Broken 1 1h
  expect_text "cannot read time zone 'Broken'"
}
