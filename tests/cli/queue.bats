#!/usr/bin/env bats
# queue.bats - gf-queue: the same tests on a file and on a server.

load helper
load redis

teardown() { redis_stop; }

# places: the names of two empty queues, one in a file, one on a server.
places() {
  redis_start
  places=(./work "$REDIS_URL#work")
}

token_of() { cut -f1 "$1"; }

# count QUEUE KEY: a number of its status.
count() { gf-queue status "$1" --format json | jq -r ".$2"; }

@test "put, take, ack: once each, in order" {
  places
  for q in "${places[@]}"; do
    seq 3 | gf-queue put "$q"
    gf-queue take "$q" >one
    [ "$(cut -f2 one)" = 1 ]
    gf-queue ack "$q" "$(token_of one)"
    run gf-queue ack "$q" "$(token_of one)"
    expect_status 1
    expect_text 'the lease is over, or there is no such job'
    gf-queue take -n 5 "$q" >rest
    [ "$(cut -f2 rest | xargs)" = '2 3' ]
    run gf-queue take "$q"
    expect_status 1
    [ -z "$output" ]
    [ "$(count "$q" 'done')" = 1 ]
    [ "$(count "$q" running)" = 2 ]
  done
}

@test "tokens of one call: each job once, a token that comes again is refused, and the others hold" {
  places
  for q in "${places[@]}"; do
    seq 40 | gf-queue put "$q"
    gf-queue take -n 40 "$q" >taken
    mapfile -t tokens < <(cut -f1 taken)
    run gf-queue ack "$q" "${tokens[@]:0:20}" "${tokens[3]}" "${tokens[@]:20:15}"
    expect_status 1
    [ "$(gf-queue status --format json "$q" | jq -c '[.done,.running,.waiting.normal]')" = '[35,5,0]' ]
    gf-queue ack "$q" "${tokens[@]:35}"
    [ "$(gf-queue list --done --format json "$q" | jq -r .record | sort -n | tr '\n' ' ')" = "$(seq -s ' ' 40) " ]
    seq 41 43 | gf-queue put "$q" # tokens go on where they were
    [ "$(gf-queue take -n 3 "$q" | cut -f1 | sort - <(printf '%s\n' "${tokens[@]}") | uniq -d)" = '' ]
  done
}

@test "put -v says how many were put" {
  run gf-queue put -v ./w < <(seq 3)
  expect_status 0
  expect_text 'put 3 records'
}

@test "records of any bytes, and -0" {
  places
  for q in "${places[@]}"; do
    printf 'a\nb\0c\377d\0\0' | gf-queue put -0 "$q"
    gf-queue take -0 -n 3 "$q" | tr '\0' '|' | sed 's/[^\t|]*\t//g' >got
    printf 'a\nb|c\377d||' | sed 's/[^\t|]*\t//g' >want
    cmp got want
  done
}

@test "a slow input: each line is there at once" {
  places
  for q in "${places[@]}"; do
    (
      echo first
      until [ -e go ]; do sleep 0.05; done
      echo second
    ) | gf-queue put "$q" 3>&- &
    until_true is_waiting "$q" 1
    touch go
    wait $!
    [ "$(count "$q" waiting.normal)" = 2 ]
    rm go
  done
}
is_waiting() { [ "$(gf-queue status "$1" --format json 2>/dev/null | jq -r '.waiting.normal')" = "$2" ]; }

@test "priorities and delays" {
  places
  for q in "${places[@]}"; do
    echo low | gf-queue put --priority low "$q"
    echo normal | gf-queue put "$q"
    echo high | gf-queue put --priority high "$q"
    echo later | gf-queue put --priority high --delay 1h "$q"
    [ "$(gf-queue take -n 9 "$q" | cut -f2 | xargs)" = 'high normal low' ]
    [ "$(count "$q" delayed)" = 1 ]
    run gf-queue list --delayed "$q"
    expect_text 'later'
  done
}

@test "--unique: what waits or runs is not put again, and it is said" {
  places
  for q in "${places[@]}"; do
    printf 'a\nb\na\n' | gf-queue put --unique "$q" 2>err
    grep -q 'put 2 of 3 records' err
    run gf-queue put -q --unique=line "$q" <<<a
    expect_status 0
    [ -z "$output" ]
    gf-queue take "$q" >one
    gf-queue put -q --unique "$q" <<<a # it runs
    [ "$(count "$q" waiting.normal)" = 1 ]
    gf-queue ack "$q" "$(token_of one)"
    gf-queue put --unique "$q" <<<a
    [ "$(count "$q" waiting.normal)" = 2 ]
    printf '1 x\n2 x\n3 y\n' | gf-queue put -q --unique -f 2 "$q"
    [ "$(count "$q" waiting.normal)" = 4 ]
    printf '1;x z\n2;x z\n' | gf-queue put -q --unique -f 2 -d ';' "$q"
    [ "$(count "$q" waiting.normal)" = 5 ]
  done
}

@test "retry of a dead job whose key is in use names who has it" {
  places
  for q in "${places[@]}"; do
    echo a | gf-queue put --unique "$q"
    gf-queue fail --dead "$q" "$(gf-queue take "$q" | cut -f 1)"
    echo a | gf-queue put --unique "$q"
    dead=$(gf-queue list --dead "$q" | cut -f 1)
    other=$(gf-queue list --format json "$q" | jq -r 'select(.state == "waiting").id')
    run gf-queue retry "$q" "$dead" nobody
    expect_status 1
    expect_text "gf-queue: job '$dead' stays dead: its key is in use by job '$other'"
    expect_text "there is no dead job 'nobody'"
    gf-queue drop "$q" "$other"
    gf-queue retry "$q" "$dead"
    [ "$(gf-queue take "$q" | cut -f 2)" = a ]
  done
}

@test "--ttl: what was not taken in time is forgotten" {
  places
  for q in "${places[@]}"; do
    echo a | gf-queue put --ttl 50ms "$q"
    sleep 0.1
    run gf-queue take "$q"
    expect_status 1
    [ "$(count "$q" forgotten_total)" = 1 ]
  done
}

@test "a lease that is over: another gets the job, and the first token is refused" {
  places
  for q in "${places[@]}"; do
    echo a | gf-queue put "$q"
    gf-queue take --lease 1s "$q" >first
    gf-queue take -w 30 "$q" >second
    [ "$(cut -f2 second)" = a ]
    run gf-queue renew "$q" "$(token_of first)"
    expect_status 1
    run gf-queue fail "$q" "$(token_of first)"
    expect_status 1
    gf-queue renew --lease 1m "$q" "$(token_of second)"
    gf-queue ack "$q" "$(token_of second)"
    [ "$(count "$q" done_total)" = 1 ]
  done
}

@test "a lease is a second at least" {
  echo a | gf-queue put ./w
  for lease in 0 999ms; do
    for words in "take --lease $lease ./w" "renew --lease $lease ./w 1.1"; do
      # shellcheck disable=SC2086
      run gf-queue $words
      expect_status 2
      expect_text 'a lease is one second or longer'
    done
  done
  [ "$(count ./w waiting.normal)" = 1 ]
}

@test "fail: again, later, and dead after the last delivery" {
  places
  for q in "${places[@]}"; do
    echo a | gf-queue put "$q"
    gf-queue fail --max-deliveries 2 "$q" "$(gf-queue take "$q" | cut -f1)"
    gf-queue fail --max-deliveries 2 --status 7 "$q" "$(gf-queue take "$q" | cut -f1)"
    run gf-queue take "$q"
    expect_status 1
    run gf-queue dead --format json "$q"
    [ "$(jq -c '[.record,.deliveries,.exit]' <<<"$output")" = '["a",2,7]' ]
    gf-queue retry "$q" "$(jq -r .id <<<"$output")"
    gf-queue fail --delay 1h "$q" "$(gf-queue take "$q" | cut -f1)"
    [ "$(count "$q" delayed)" = 1 ]
    echo b | gf-queue put "$q"
    gf-queue fail --dead "$q" "$(gf-queue take "$q" | cut -f1)"
    run gf-queue retry --all "$q"
    expect_text '1 dead jobs wait again'
    run gf-queue retry "$q" 999
    expect_status 1
    expect_text "there is no dead job '999'"
  done
}

@test "take -w waits for what is put, and no longer than it says" {
  places
  for q in "${places[@]}"; do
    echo x | gf-queue put "$q"
    gf-queue ack "$q" "$(gf-queue take "$q" | cut -f1)"
    run gf-queue take -w 100ms "$q"
    expect_status 1
    gf-queue take -w 60 "$q" >got 3>&- &
    until_true is_asleep $!
    echo y | gf-queue put "$q"
    wait $!
    [ "$(cut -f2 got)" = y ]
  done
}

@test "list and status: text, json, prom" {
  places
  for q in "${places[@]}"; do
    printf 'a\tb\n\033[31mred\n' | gf-queue put "$q"
    gf-queue ack --status 3 "$q" "$(gf-queue take "$q" | cut -f1)"
    gf-queue take "$q" >one
    run gf-queue list "$q"
    expect_text $'running\tnormal\t1\t'
    [[ $output != *$'\033'* ]]
    run gf-queue list --done --format json "$q"
    [ "$(jq -c '[.v,.state,.record,.exit,.worker!=null]' <<<"$output")" = '[1,"done","a\tb",3,true]' ]
    run gf-queue status "$q"
    expect_text 'running  1'
    expect_text 'the oldest for'
    gf-queue status --format prom "$q" >prom
    grep -q '^gf_queue_jobs{state="running"} 1$' prom
    grep -q '^# TYPE gf_queue_put_total counter$' prom
    [ "$(grep -c '^gf_queue' prom)" = 12 ]
    [ "$(gf-queue status --format json "$q" | jq '.workers | length')" = 1 ]
  done
}

@test "drop and purge" {
  places
  for q in "${places[@]}"; do
    seq 4 | gf-queue put "$q"
    gf-queue take "$q" >one
    id=$(gf-queue list --running "$q" | cut -f1)
    gf-queue drop "$q" "$id"
    run gf-queue ack "$q" "$(token_of one)"
    expect_status 1
    run gf-queue drop "$q" "$id"
    expect_status 1
    expect_text "there is no job '$id'"
    gf-queue take "$q" >two
    run gf-queue purge "$q"
    expect_status 2
    run gf-queue purge --waiting "$q"
    expect_status 0
    expect_text '2 jobs were forgotten'
    gf-queue ack "$q" "$(token_of two)" # what runs stays
    gf-queue purge -q --all "$q"
    [ "$(count "$q" 'done')" = 0 ]
  done
}

@test "--fsync: a file does it, a server only with appendfsync always" {
  redis_start
  echo a | gf-queue put --fsync ./work
  run gf-queue put --fsync "$REDIS_URL#work" <<<a
  expect_status 2
  expect_text 'does not sync what it accepts'
  redis_kill
  redis_start --appendonly yes --appendfsync always
  echo a | gf-queue put --fsync "$REDIS_URL#work"
  [ "$(count "$REDIS_URL#work" waiting.normal)" = 1 ]
}

@test "a server that may throw keys away is refused, with the cure" {
  redis_start --maxmemory-policy allkeys-lru
  run gf-queue put "$REDIS_URL#work" <<<a
  expect_status 125
  expect_text 'maxmemory-policy allkeys-lru'
  expect_text 'hint: redis-cli config set maxmemory-policy noeviction'
}

@test "a server whose memory is full: what is there is delivered, renewed and acknowledged" {
  redis_start
  seq 3 | gf-queue put "$REDIS_URL#w"
  redis_cli config set maxmemory 1
  token=$(gf-queue take "$REDIS_URL#w" | cut -f1)
  run timeout 10 gf-queue renew --lease 1h "$REDIS_URL#w" "$token"
  expect_status 0
  run timeout 10 gf-queue ack "$REDIS_URL#w" "$token"
  expect_status 0
  run timeout 20 gf-pool -j1 --queue "$REDIS_URL#w" --until-empty --lease 1s -s 'sleep 1.5; echo "$1"'
  expect_status 0
  [ "$output" = $'2\n3' ] || fails "$output"
  run timeout 1 gf-queue put "$REDIS_URL#w" <<<4
  expect_status 124
}

@test "a server whose memory is full: what a worker gives back or had too long is delivered again" {
  redis_start
  seq 2 | gf-queue put "$REDIS_URL#w"
  gf-pool -j2 --queue "$REDIS_URL#w" -s 'echo "$1" >>ran; exec sleep 60' 2>err 3>&- &
  until_true has_lines ran 2
  redis_cli config set maxmemory 1
  kill -TERM $!
  until_true grep -q . err
  kill -TERM $!
  wait $! || true
  ! grep -q 'is away' err || fails "$(cat err)"
  [ "$(count "$REDIS_URL#w" running)" = 0 ]
  gf-queue take --lease 1s -n 2 "$REDIS_URL#w" >first
  gf-queue take --wait 5s "$REDIS_URL#w" >again
  [ "$(cut -f2 again)" = "$(head -n 1 first | cut -f2)" ]
}

@test "passwords: of a file, of the environment, of the address; never shown" {
  redis_start --requirepass 'se cret'
  run gf-queue status "$REDIS_URL#w"
  expect_status 125
  expect_text 'the server wants a password'
  printf 'se cret\n' >pw
  chmod 644 pw
  GF_REDIS_PASSWORD_FILE=pw run gf-queue put "$REDIS_URL#w" <<<a
  expect_status 125
  expect_text 'chmod 600'
  chmod 600 pw
  GF_REDIS_PASSWORD_FILE=pw run gf-queue put "$REDIS_URL#w" <<<a
  expect_status 0
  [ -z "$output" ]
  GF_REDIS_PASSWORD='se cret' run gf-queue status "$REDIS_URL#w"
  expect_status 0
  GF_REDIS_PASSWORD='wrong' run gf-queue status "$REDIS_URL#w"
  expect_status 125
  [[ $output != *wrong* ]]
  run gf-queue status 'redis://:hidden@localhost:99999#w'
  expect_status 2
  [[ $output != *hidden* ]]
  expect_text '******@'
}

@test "a wrong address: where, why, a way out" {
  while IFS='|' read -r address what; do
    run gf-queue status "$address"
    expect_status 2
    expect_text "$what"
  done <<'ROWS'
rediss://q1#a|TLS is not there
redis://q1|there is no #NAME
redis://q1/x#a|the database is a number
redis+unix://x#a|the path of a socket begins with /
ROWS
}

@test "a server that is away is waited for, and said once" {
  redis_start
  echo a | gf-queue put "$REDIS_URL#w"
  redis_kill
  gf-queue take "$REDIS_URL#w" >got 2>err 3>&- &
  taker=$!
  until_true grep -q 'is away' err
  redis_again
  wait "$taker" || true
  [ "$(grep -c 'is away' err)" = 1 ]
  grep -q 'is back after' err
}

@test "take -w: a queue that is away is waited for no longer" {
  redis_start
  run timeout 20 gf-queue take -w 300ms "redis+unix://$PWD/nothere#w"
  expect_status 125
  expect_text 'trying again until the time is over'
  expect_text "gf-queue: cannot take from the queue"
  gf-queue take -w 3 "$REDIS_URL#w" >got 2>err 3>&- & # it goes while we wait
  taker=$!
  until_true is_asleep "$taker"
  redis_kill
  wait "$taker" && status=0 || status=$?
  [ "$status" = 125 ]
  redis_again
  kill -STOP "$REDIS_PID" # it does not answer
  run timeout 4 gf-queue take -w 300ms "$REDIS_URL#w"
  kill -CONT "$REDIS_PID"
  expect_status 125
  gf-queue take -w 20 "$REDIS_URL#w" >got 2>err 3>&- & # it comes back in time
  taker=$!
  until_true is_asleep "$taker"
  redis_kill
  until_true grep -q 'is away' err
  redis_again
  echo a | gf-queue put "$REDIS_URL#w"
  wait "$taker"
  [ "$(cut -f2 got)" = a ]
}

@test "take -w: a lock that is held is waited for no longer" {
  command -v sqlite3 >/dev/null || skip 'no sqlite3'
  echo a | gf-queue put ./w
  mkfifo say
  sqlite3 ./w <say >/dev/null 3>&- &
  exec 7>say
  printf 'BEGIN IMMEDIATE;\n.shell touch locked\n' >&7
  until_true test -e locked
  run timeout 20 gf-queue take -w 300ms ./w
  exec 7>&-
  expect_status 125
  wait $!
  [ "$(gf-queue take ./w | cut -f2)" = a ]
}

@test "a replica, and a server that is none" {
  redis_start
  redis_cli replicaof 127.0.0.1 1 >/dev/null
  run gf-queue put "$REDIS_URL#w" <<<a
  expect_status 125
  expect_text 'the server is a replica'
  expect_text 'hint: name the master'
}

@test "a queue that another version wrote is not touched" {
  redis_start
  redis_cli hset 'gf:{w}:queue' v 2 >/dev/null
  run gf-queue put "$REDIS_URL#w" <<<a
  expect_status 125
  expect_text 'another version of gf'
  cp /bin/true ./odd
  chmod 600 ./odd
  run gf-queue put ./odd <<<a
  expect_status 125
  cmp /bin/true ./odd
}

@test "what is missing is said, with a way out" {
  run gf-queue status ./none
  expect_status 125
  expect_text "there is no queue './none'"
  expect_text 'hint: gf-queue put makes one'
  run gf-queue take
  expect_status 2
  expect_text 'no queue was named'
  run gf-queue ack ./none
  expect_status 2
  expect_text 'no token was given'
  run gf-queue put ./w ./nofile
  expect_status 125
  expect_text "cannot open './nofile'"
}

@test "a record that is too long is named, and those in front of it are put" {
  printf 'a\nb\nccccccc\n' >in
  run gf-queue put --max-record 5 ./w in
  expect_status 125
  expect_text "record 3 is longer than 5 bytes"
  [ "$(count ./w waiting.normal)" = 2 ]
}

@test "a full disk: nothing is half put, and what follows works" {
  needs_namespaces
  run unshare -Urm bash -c '
    mkdir m; mount -t tmpfs -o size=300k,mode=700 none m || exit 99
    seq 100 | gf-queue put ./m/w || exit 98
    (timeout 2 gf-queue put ./m/w < <(yes | head -c 600000) 2>err); echo "status $?"
    grep -q "the disk is full" err || cat err
    gf-queue status --format json ./m/w | jq .waiting.normal
  '
  expect_status 0
  expect_text 'status 124'
  [ "$(tail -n 1 <<<"$output")" -ge 100 ]
}

@test "several put and take at once: each record once, and no lock is an error" {
  for i in 1 2 3 4; do
    seq -f "$i-%g" 200 | gf-queue put ./w 3>&- &
    pids[i]=$!
  done
  for i in 1 2 3 4; do wait "${pids[i]}"; done
  for i in 1 2 3 4; do
    (while gf-queue take -n 7 ./w >>"got$i"; do :; done) 3>&- &
    pids[i]=$!
  done
  for i in 1 2 3 4; do wait "${pids[i]}" || true; done
  cut -f2 got? | sort >all
  [ "$(wc -l <all)" = 800 ]
  [ "$(uniq all | wc -l)" = 800 ]
}
