#!/usr/bin/env bats
# queue_partition.bats - gf-pool --queue on three machines, each of which is cut off for a while: network name spaces
# with a cable each to that of the server. A machine that is cut off hears nothing, and no connection ends.
# bats file_tags=plain

load helper

# Everything is in one name space of its own, so that the machine's network is not touched.
apart() {
  command -v redis-server >/dev/null || skip 'no redis-server'
  ldd "$GF_BIN/gf-queue" | grep -q hiredis || skip 'no redis-server'
  unshare -n ip link add name cable0 type veth peer name cable1 2>/dev/null || skip 'no network name spaces'
}

# What `unshare -n` runs: the server, three machines, and each cut off in turn for longer than a lease.
network() {
  cat <<'END'
ip link set lo up
redis-server --bind 0.0.0.0 --protected-mode no --port 7000 --save '' --dir "$PWD" >redis.log 2>&1 3>&- &
server=$!
machines=()
for k in 1 2 3; do
  unshare -n sleep 600 3>&- & # a machine, as long as this process lives
  machines[k]=$!
  until [ "$(readlink "/proc/${machines[k]}/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
  ip link add name "m$k" type veth peer name eth netns "${machines[k]}"
  ip addr add "10.9.$k.1/24" dev "m$k"
  ip link set "m$k" up
  nsenter -t "${machines[k]}" -n sh -c "ip link set lo up; ip addr add 10.9.$k.2/24 dev eth; ip link set eth up"
done
until redis-cli -p 7000 ping >/dev/null 2>&1; do sleep 0.05; done
seq 300 | gf-queue put redis://127.0.0.1:7000#work
workers=()
for k in 1 2 3; do
  nsenter -t "${machines[k]}" -n timeout 100 gf-pool -j2 --queue "redis://10.9.$k.1:7000#work" --lease 2s --until-empty \
    -s "echo \"\$1 $k\" >>ran; sleep 0.05; echo \$1" >"out$k" 2>"err$k" 3>&- &
  workers[k]=$!
done
for k in 1 2 1 3; do
  sleep 0.7
  ip link set "m$k" down
  sleep 3.5
  ip link set "m$k" up
done
for k in 1 2 3; do
  wait "${workers[k]}" || echo "worker $k: $?" >>ended
done
gf-queue status redis://127.0.0.1:7000#work >status
gf-queue list --done --format json redis://127.0.0.1:7000#work >results
kill "$server" "${machines[@]}"
wait
END
}

@test "queue: machines that are cut off one after another lose nothing, and nothing is done twice" {
  apart
  network >script
  run timeout 150 unshare -n bash -eu script
  expect_status 0
  # Who was cut off with a job at hand may be told that another has done it.
  if [ -e ended ]; then
    ! grep -v ': 123$' ended
    grep -hv -e 'what became of it was not accepted' -e ' is away: ' -e ' is back after ' -e 'lease' -e ': interrupted: ' err? && fails "$(cat err?)"
  fi
  # Each job ran, and has one result, which is good.
  [ "$(cut -d ' ' -f 1 ran | sort -nu | tr '\n' ' ')" = "$(seq -s ' ' 300) " ]
  [ "$(jq -s length results)" = 300 ]
  [ "$(jq -r 'select(.exit != 0) | .record' results)" = '' ]
  # What ran twice was in flight when its machine was cut off: two jobs each time, four times.
  [ "$(wc -l <ran)" -le 308 ] || fails "$(sort -n ran | uniq -c -w 4 | awk '$1 > 1')"
}
