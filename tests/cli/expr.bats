#!/usr/bin/env bats
# expr.bats - expressions (lib/expr) by aid/calc: arithmetic against Python's decimal.

load helper

@test "random arithmetic is what Python's decimal says" {
  run -0 python3 "$ROOT/tests/cli/aid/decimals.py" "$GF_AID/calc" "${SEED:-5}" "${ROUNDS:-20000}"
  [[ $output == "20000 of 20000 lines agree, "* || -n ${ROUNDS:-} ]]
}

@test "one compiled expression is told from its fields by a TAB" {
  run -0 "$GF_AID/calc" <<<$'{1} * 1.19 + {2}\t10\t0.1\nrond(1)\n{2} / {1}\t0\t1'
  [ "$output" = $'12.00\n! at 0: there is no function \'rond\' (did you mean round?)\n! division by zero' ]
}

@test "random times are what Python's datetime says, in UTC and in a zone" {
  run -0 python3 "$ROOT/tests/cli/aid/times.py" "$GF_AID/calc" "${SEED:-5}" "${ROUNDS:-8000}"
  [[ $output == "8000 of 8000 lines agree" || -n ${ROUNDS:-} ]]
}
