#!/usr/bin/env bash
# cov.sh DIRECTORY - runs unit and black-box tests of a COV=1 build and sums up the lines reached.
set -u
cd "$(dirname "$0")/.." || exit 1
dir=$1
find "$dir" -name '*.gcda' -delete
"$dir/tests/unit" >"$dir/unit.tap" || echo 'some unit tests failed'
GF_BIN=$PWD/$dir/bin GF_AID=$PWD/$dir/tests/aid GF_SAN=coverage bats --tap tests/cli >"$dir/cli.tap" ||
  echo 'some black-box tests failed'
lcov -q --capture --directory "$dir" --base-directory . --no-external -o "$dir/all.info" 2>/dev/null
lcov -q --extract "$dir/all.info" "$PWD/lib/*" "$PWD/cmd/*" -o "$dir/lcov.info"
lcov --list "$dir/lcov.info"
genhtml -q -o "$dir" "$dir/lcov.info" && echo "$dir/index.html"
