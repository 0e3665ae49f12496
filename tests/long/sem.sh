#!/usr/bin/env bash
# sem.sh - gf-sem: eight processes ask for random sets of three semaphores for a minute, with random
# priorities, while others are stopped, continued and killed. Each command checks that nobody else
# has what it has. At the end all permits are free, and nothing stood still. SEED= repeats a run.
set -u
gf=$PWD/${GF_BIN:-build/bin}/gf-sem
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export XDG_STATE_HOME=$work/state
SEED=${SEED:-$RANDOM}
SECONDS_OF=${SECONDS_OF:-60}
echo "sem.sh: SEED=$SEED"

# user SEED: asks until the time is over. A kill may leave the marks of a command behind; what is
# marked by a process that has gone is nobody's.
user() {
  RANDOM=$1
  local end=$((SECONDS + SECONDS_OF)) args s
  while ((SECONDS < end)); do
    args=()
    for s in a b c; do ((RANDOM % 2)) && args+=(-S "$s" -j 1); done
    ((${#args[@]})) || args=(-S a -j 1)
    ((RANDOM % 3)) || args+=(--priority $((RANDOM % 10)))
    "$gf" "${args[@]}" -- bash inside.sh "${args[@]}" 2>>err
    [ $? -ne 9 ] || echo "two had ${args[*]}" >>bad
    echo >>done.count
  done
}

cat >inside.sh <<'EOF'
mine=()
while [ $# -gt 0 ]; do [ "$1" != -S ] || mine+=("$2"); shift; done
for s in "${mine[@]}"; do
  other=$(readlink "in.$s") && kill -0 "$other" 2>/dev/null && [ "$(</proc/$other/comm)" = bash ] && exit 9
  ln -sfn $$ "in.$s"
done
sleep 0.00$((RANDOM % 10))
for s in "${mine[@]}"; do
  [ "$(readlink "in.$s")" = $$ ] || exit 9
  rm -f "in.$s"
done
exit 0
EOF

pids=()
for i in 1 2 3 4 5 6 7 8; do
  user $((SEED + i)) &
  pids+=($!)
done

# Waiters and holders of ours are stopped for a moment, or killed.
end=$((SECONDS + SECONDS_OF - 5))
RANDOM=$SEED
while ((SECONDS < end)); do
  user=${pids[RANDOM % 8]}
  victim=$(pgrep -P "$user" gf-sem | head -n 1)
  [ -n "$victim" ] || continue
  if ((RANDOM % 3)); then
    kill -STOP "$victim" 2>/dev/null
    sleep 0.$((RANDOM % 9))
    kill -CONT "$victim" 2>/dev/null
  else
    kill -9 "$victim" 2>/dev/null
  fi
  sleep 0.0$((RANDOM % 9))
done
status=0
timeout 60 tail -f /dev/null --pid="${pids[0]}" || { echo 'a user stands still' && status=1; }
wait
count=$(wc -l <done.count)
echo "sem.sh: $count commands"
[ ! -e bad ] || { sort bad | uniq -c && status=1; }
((count > SECONDS_OF)) || { echo "too few: something stood still" && status=1; }
for s in a b c; do
  timeout 20 "$gf" -S $s -w 10 -- true || { echo "$s is not free" && status=1; }
done
exit $status
