#!/usr/bin/env bats
# stream_scan.bats - gf-stream: scan and window --agg, running values.

# shellcheck disable=SC2154 # run sets stderr
load helper

@test "stream: scan puts running values behind each record" {
  run -0 gf-stream -d ' ' scan sum:1,count,delta:1,mean:1/2,min:1/2,max:1,delta:1/3 < <(seq 5)
  [ "$output" = $'1 1 1  1 1 1 \n2 3 2 1 1.5 1 2 \n3 6 3 1 2.5 2 3 \n4 10 4 1 3.5 3 4 3\n5 15 5 1 4.5 4 5 3' ]
  printf 'a,b\nx,1.50\ny,2.25\nz,-1\n' >t.csv
  run -0 gf-stream --csv --header --from t.csv scan sum:b,mean:b/2,count fields 1,3-
  [ "$output" = $'a,b_sum,b_mean_2,count\nx,1.50,1.50,1\ny,3.75,1.875,2\nz,2.75,0.625,3' ]
  run -0 gf-stream scan sum:1 < <(printf '%s\n' 170141183460469231731687303715884105726 1)
  [ "${lines[1]}" = '1 170141183460469231731687303715884105727' ]
}

@test "stream: window --agg is scan of the last N records" {
  seq 1000 | awk '{ print $1 * 7919 % 1009 }' >in
  gf-stream --from in window --agg sum:1,min:1,max:1,mean:1,count 7 >one
  gf-stream --from in scan sum:1/7,min:1/7,max:1/7,mean:1/7,count/7 | cmp - one
  gf-stream --from in scan sum:1/7,min:1/7,max:1/7,count/7 >got
  awk '{ v[NR] = $1; from = NR > 7 ? NR - 6 : 1; s = 0; lo = hi = $1
         for (i = from; i <= NR; i++) { s += v[i]; if (v[i] < lo) lo = v[i]; if (v[i] > hi) hi = v[i] }
         print $1, s, lo, hi, NR - from + 1 }' in | cmp - got
}

@test "stream: scan at what is no number, or too much for the budget" {
  run -123 gf-stream scan sum:2 < <(printf '%s\n' 'a 1' 'b x' 'c 3')
  expect_text "scan: record 2 is no number: 'x'"
  run -0 --separate-stderr gf-stream scan --skip-bad sum:2 < <(printf '%s\n' 'a 1' 'b x' 'c 3')
  [ "$output" = $'a 1 1\nc 3 4' ]
  [[ $stderr == *'scan: skipped bad values in 1 of 3 records'* ]]
  run -125 gf-stream --memory 1M scan sum:1/1000000 < <(seq 200000)
  expect_text '--memory sets the budget'
  for words in foo:1 sum sum:1-2 count:1 sum:1/0 sum:1/x ''; do run -2 gf-stream scan "$words" </dev/null; done
  run -2 gf-stream window --agg sum:1 --join , 3 </dev/null
  run -2 gf-stream window --skip-bad 3 </dev/null
}

@test "stream: running sums are those of awk, at any number" {
  seq 100000 | awk '{ print $1 % 7 == 0 ? -$1 : $1 }' >in
  awk '{ s += $1; printf "%s %.0f\n", $1, s }' in >want
  gf-stream --from in scan sum:1 | cmp - want
}

@test "stream: sums of the last records lose nothing, whatever was among them before" {
  run -0 gf-stream scan sum:1/2,mean:1/2 < <(printf '%s\n' 1e40 1 2 3)
  [ "${lines[2]}" = '2 3 1.5' ]
  [ "${lines[3]}" = '3 5 2.5' ]
  run -0 gf-stream scan sum:1 < <(printf '%s\n' 170141183460469231731687303715884105727 1 -1)
  [ "${lines[2]}" = '-1 170141183460469231731687303715884105727' ]
  run -0 gf-stream window --agg sum:1 2 < <(printf '%s\n' 1e33 0.1 0.2 3)
  [ "${lines[-1]}" = '3 3.2' ]
  python3 "$ROOT/tests/cli/aid/running.py" "${SEED:-$RANDOM}" >in 2>want
  gf-stream --from in scan sum:1/3,mean:1/3,sum:1,mean:1/7 fields 2- >got
  python3 "$ROOT/tests/cli/aid/running.py" --compare want got
}
