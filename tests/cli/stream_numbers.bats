#!/usr/bin/env bats
# stream_numbers.bats - gf-stream and numbers that doubles do not hold: all that compares or computes.
# What it prints for random columns is held against exact fractions by tests/long/exact_numbers.py.

load helper

# answers WANT LINES WORDS...: what gf-stream prints for the lines (blanks between them), on one line.
answers() {
  local want=$1 lines=$2 got
  shift 2
  got=$(tr ' ' '\n' <<<"$lines" | gf-stream "$@" | tr '\n' ' ')
  [ "${got% }" = "$want" ] || fails "gf-stream $* of $lines: '$got', not '$want'"
}

@test "random columns are what exact fractions say" {
  run -0 python3 "$ROOT/tests/long/exact_numbers.py" "${SEED:-5}" "${ROUNDS:-60}" 0
}

@test "sums are rounded once, whatever they were on the way" {
  answers 1e+308 '1e308 1e308 -1e308' sum
  answers inf '1e308 1e308' sum
  answers 1 '1e400 1 -1e400' reduce sum
  answers 0.3 '0.1 0.2' sum
  answers 9007199254740994 '9007199254740992.5 0.5 1e-300' sum
  answers 340282366920938463463374607431768211456 \
    '170141183460469231731687303715884105727 170141183460469231731687303715884105727 2' sum
}

@test "means and percentiles of whole numbers have all their digits" {
  local t='1700000000123456789 1700000000123456793 1700000000123456791'
  answers 9007199254740993 9007199254740993 mean
  answers '1700000000123456791 1700000000123456792 1700000000123456792.996' "$t" percentile 50,75,99.9
  answers 1700000000123456791 "$t" median
  answers 9007199254740992.666666667 '9007199254740993 9007199254740993 9007199254740992' mean
  answers 1.3333333333333333 '1 1 2' mean
  answers a,3,27021597764222979,9007199254740991,9007199254740995,9007199254740993,2,9007199254740993,9007199254740994 \
    'a,9007199254740993 a,9007199254740991 a,9007199254740995' \
    -d , group 1 count,sum:2,min:2,max:2,mean:2,stddev:2,median:2,p75:2
}

@test "a percentile has at most 16 digits behind the point" {
  answers 5 5 percentile 0.0000000000000001
  run -2 --separate-stderr gf-stream percentile 0.00000000000000001 </dev/null
  # shellcheck disable=SC2154
  [[ $stderr == *'at most 16 digits behind a point'* ]] || fails "$stderr"
}

@test "comparisons see every digit" {
  answers 36893488147419103233 '36893488147419103232 36893488147419103233 +0' max
  answers '' 1 where 1 == 18446744073709551617
  answers 18446744073709551617 '18446744073709551616 18446744073709551617' where 1 == 18446744073709551617
  answers 0.1 '0.1 0.10000000000000000000001 0.2' where 1 -lt 0.10000000000000000000001
  answers '-0 0.0 0x0' '1 -0 0.0 0x0' where 1 -eq +0
  answers '1e400 inf' '1e308 1e400 inf -inf nan' where 1 -gt 1e399
  answers '5 +5 0x5 0.5e1' '5 +5 0x5 0.5e1 5.0000000000000000000000000001' where 1 == 5
}

@test "sort -g tells apart what the widest float does not" {
  answers 'x nan -inf -1e400 -0 2e-324 5e-324 0x1p-1000 0x.8 1.0000000000000000000000000001 1.0000000000000000000000000002 1e400 inf' \
    'inf 1.0000000000000000000000000002 1e400 5e-324 -1e400 2e-324 0x.8 1.0000000000000000000000000001 -0 x -inf 0x1p-1000 nan' sort -g
  answers '1.0000000000000000000000000001 1.0000000000000000000000000002' \
    '1.0000000000000000000000000001 1.00000000000000000000000000010 1.0000000000000000000000000002' distinct -k 1g
}
