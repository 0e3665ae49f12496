#!/usr/bin/env bats
# pipeline_faults_same.bats - random pipelines of pure filters beside the same commands in a shell pipe.
#
# What makes each line of one line may be any stage; what looks at several lines, mode filter alone. Some hold
# their output back until they have 4 KiB, some their input. A failure prints the seed: SEED=N repeats it.

load helper

# shellcheck disable=SC2016
lines=(
  'cat'
  'tr a-m A-M'
  'tr -d 147'
  'sed -u s/[aeiou]/<&>/'
  'sed s/^/:/'
  'cut -c 2-'
  'cut -d: -f 1'
  'awk {print(NF":"$0);fflush()}'
  'awk {print(length($0))}'
)
streams=('sort' 'tac' 'uniq' 'tail -n +3' 'sed -n $!p' 'sed /a/d' 'sed p' 'wc -l' 'awk 1;END{print(NR)}')

# any WORD...: one of them, as $word. A subshell would have random numbers of its own.
any() {
  local i=$((RANDOM % $# + 1))
  word=${!i}
}

# input N: so many lines; some are empty, some long.
input() {
  awk -v n="$1" -v seed="$RANDOM" 'BEGIN {
    srand(seed)
    for (i = 0; i < n; i++) {
      len = rand() < 0.01 ? 3000 : int(rand() * 30)
      line = ""
      for (k = 0; k < len; k++) line = line substr("abcdefghijklmnopqrstuvwxyz 0123456789::", 1 + int(rand() * 39), 1)
      print line
    }
  }' >in
}

# make_chain MODE...: `chain` for gf-pipeline, and what it gives as `want`.
make_chain() {
  local i mode cmd
  chain=()
  cp in want
  for ((i = 0; i <= RANDOM % 4; i++)); do
    any "$@"
    mode=$word
    if [ "$mode" = filter ]; then any "${lines[@]}" "${streams[@]}"; else any "${lines[@]}"; fi
    read -r -a cmd <<<"$word"
    "${cmd[@]}" <want >next && mv next want
    case $mode in batch) mode=batch=$((RANDOM % 300 + 1)) ;; esac
    chain+=(--stage "s$i" --mode "$mode")
    [ "$mode" = filter ] || chain+=(-j $((RANDOM % 3 + 1)))
    # A command that holds its output back needs more than a small window to answer at all.
    [ "$mode:${cmd[0]}" != map:cat ] || ((RANDOM % 2)) || chain+=(--window $((RANDOM % 2000 + 1)))
    chain+=(-- "${cmd[@]}" :::)
  done
  unset 'chain[-1]'
}

# same TIMES LINES MODE...
same() {
  local i
  RANDOM=${SEED:=$RANDOM}
  for ((i = 0; i < $1; i++)); do
    input $((RANDOM % $2))
    make_chain "${@:3}"
    timeout -s KILL 60 gf-pipeline "${chain[@]}" <in >out 2>err || fails "SEED=$SEED, $i: status $?: ${chain[*]}: $(cat err)"
    cmp want out || fails "SEED=$SEED, $i: ${chain[*]}"
  done
}

@test "same as a shell pipe: map" { same 12 6000 map; }
@test "same as a shell pipe: filter" { same 12 8000 filter; }
@test "same as a shell pipe: batch" { same 6 3000 batch; }
@test "same as a shell pipe: each" { same 3 40 each; }
@test "same as a shell pipe: all modes" { same 12 3000 map map filter filter batch; }

@test "same as a shell pipe, but for the order" {
  RANDOM=${SEED:=$RANDOM}
  for i in 1 2 3 4; do
    input 3000
    make_chain map map batch
    timeout -s KILL 60 gf-pipeline --unordered "${chain[@]}" <in >out 2>err || fails "SEED=$SEED, $i: ${chain[*]}: $(cat err)"
    cmp <(sort want) <(sort out) || fails "SEED=$SEED, $i: ${chain[*]}"
  done
}
