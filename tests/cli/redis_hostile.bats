#!/usr/bin/env bats
# redis_hostile.bats - a server that is not fit, or lies, and every tool that can be given one: each says what is wrong,
# with the name of the server and without its password, ends as it has to, and asks no faster than makes sense.
#
# aid/hostile.py is the server. What the library does with each byte is in tests/unit/redis_link.c.

load helper
load redis

unset GF_REDIS_PASSWORD GF_REDIS_PASSWORD_FILE

teardown() {
  hostile_stop
  redis_stop
}

# hostile WORD...: the server is started, in place of the last one; log has the verbs that it was asked.
hostile() {
  ldd "$GF_BIN/gf-queue" | grep -q hiredis || skip 'no redis-server' # a build without
  hostile_stop
  rm -f wrong log
  python3 "$ROOT/tests/cli/aid/hostile.py" wrong --log log "$@" 2>hostile.err 3>&- &
  HOSTILE_PID=$!
  until_true test -S wrong
  URL=redis+unix://$PWD/wrong#w
}
hostile_stop() {
  [ -z "${HOSTILE_PID:-}" ] || { kill -KILL "$HOSTILE_PID" && wait "$HOSTILE_PID"; } 2>/dev/null || true
  HOSTILE_PID=
}

# What each tool is asked to do on the server. A run that hangs is killed, which no row expects.
TOOLS='ratelimit sem put take pool cron'
bounded() { timeout -s KILL 60 "$@"; }
ratelimit() { bounded gf-ratelimit -S "$URL" 1000/s -- touch ran; }
sem() { bounded gf-sem -S "$URL" -j 1 -- touch ran; }
put() { echo a | bounded gf-queue put "$URL"; }
take() { bounded gf-queue take "$URL"; }
pool() { bounded gf-pool --queue "$URL" --until-empty touch ran; }
cron() { bounded gf-cron run -S "$URL" -e @start -- touch ran; }

# says TOOL STATUS TEXT: what the tool prints; the password never, and no error twice.
says() {
  run "$1"
  expect_status "$2"
  [[ $output == *"$3"* ]] || fails "$1: '$3' is not in: $output"
  [[ $output != *s3cret* ]] || fails "$1 shows the password: $output"
  [ -z "$(grep ' cannot ' <<<"$output" | sort | uniq -d)" ] || fails "$1 says it twice: $output"
}

# ---- a person has to act -------------------------------------------------------------------------

@test "a server that is not fit: 125, with its name and what is wrong" {
  export GF_REDIS_PASSWORD=s3cret
  # Where the words of the server are read in one place for all, two tools stand for the others, in turn.
  others=$TOOLS
  while IFS='|' read -r which option value text; do
    hostile "$option" "$value"
    tools=$TOOLS
    [ "$which" = all ] || tools=$(cut -d ' ' -f 1,2 <<<"$others")
    others="${others#* } ${others%% *}"
    for tool in $tools; do
      echo "$tool, $option $value"
      says $tool 125 "$URL"
      [[ $output =~ $text ]] || fails "'$text' is not in: $output"
      [ ! -e ran ] || fails "it ran"
      [ "$(wc -l <log)" -le 30 ] || fails "asked $(wc -l <log) times"
      : >log
    done
  done <<'END'
all|--info|redis_version:2.8.4|Redis 6.2 or later is needed, and the server is 2.8.4
two|--role|slave|the server is a replica, which takes no writes
all|--on|*=-ERR unknown command `EVALSHA`, with args beginning with: \r\n|hint: a server of Redis 6.2 or later, with its commands under their names
all|--on|*=-NOPERM this user has no permissions to run the 'evalsha' command\r\n|hint: allow the user the keys ~gf:\* and these commands
two|--on|*=-READONLY You can't write against a read only replica.\r\n|hint: name the master
two|--on|*=-MOVED 3999 127.0.0.1:6381\r\n|a node of a cluster that does not have this name
two|--on|*=-CROSSSLOT Keys in request don't hash to the same slot\r\n|CROSSSLOT
two|--on|AUTH=-WRONGPASS invalid username-password pair or user is disabled.\r\n|does not take this user and password
two|--on|SELECT=-NOAUTH Authentication required.\r\n|hint: put it into a file of mode 0600, and GF_REDIS_PASSWORD_FILE=FILE
two|--on|*=-ERR\r\n|ERR
two|--on|*=-\r\n|cannot
all|--on|*=:5\r\n|makes no sense|is damaged
two|--on|*=+OK\r\n|makes no sense|is damaged
two|--on|*=$-1\r\n|makes no sense|is damaged
two|--on|*=*-1\r\n|makes no sense|is damaged
two|--on|*=*0\r\n|makes no sense|is damaged
all|--on|*=*1\r\n*1\r\n*0\r\n|makes no sense|is damaged
all|--on|*=HTTP/1.1 400 Bad Request\r\n\r\n|what came is no answer of Redis
two|--on|*=\x00\xff\xfe|what came is no answer of Redis
two|--on|*=*3\r\n$x\r\n|what came is no answer of Redis
two|--on|*=*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n|what came is no answer of Redis
END
}

@test "maxmemory-policy allkeys-lru: refused with the cure, and for a budget a warning" {
  redis_start
  hostile --config allkeys-lru --behind redis/sock
  for tool in ${TOOLS#* }; do
    says $tool 125 'the server throws keys away when memory is short (maxmemory-policy allkeys-lru)'
    expect_text 'hint: redis-cli config set maxmemory-policy noeviction'
    expect_text "$URL"
    [ ! -e ran ]
  done
  says ratelimit 0 "$URL: the server may forget a budget when memory is short (maxmemory-policy allkeys-lru)"
  [ -e ran ]
}

@test "CONFIG is forbidden: a message says so, and the work goes on" {
  redis_start
  hostile --config forbidden --behind redis/sock
  for tool in $TOOLS; do
    rm -f ran
    says $tool 0 "$URL: the server does not say what it does when memory is short (CONFIG is forbidden)"
    [[ $tool = @(put|take) ]] || [ -e ran ] || fails "$tool did not run its command"
    [ $tool != take ] || put
  done
}

@test "what a server answers is compared with what it was asked" {
  # A budget of which more was given than asked for, or numbers that no script has.
  for numbers in ':2\r\n:0\r\n:0\r\n:1\r\n:0\r\n:0' ':-1\r\n:0\r\n:0\r\n:1\r\n:0\r\n:0' \
    ':1\r\n:9223372036854775807\r\n:0\r\n:1\r\n:0\r\n:0' ':0\r\n:0\r\n:0\r\n:1\r\n:0\r\n:9223372036854775807'; do
    hostile --on "*=*8\r\n\$2\r\nok\r\n:1\r\n$numbers\r\n"
    says ratelimit 125 "$URL"
    [ ! -e ran ]
  done
  # A put of which more, none, or no number was accepted.
  for count in ':2' ':0' ':-1' '$0\r\n' '$-1' '*0' '$4\r\nnone'; do
    hostile --on "*=*1\r\n$count\r\n"
    says put 125 "the server gave an answer that makes no sense"
  done
  # Leases, and times of jobs, at the end of their type.
  hostile --on '*=*9\r\n$5\r\nwaits\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:9223372036854775807\r\n:9223372036854775807\r\n'
  run bounded gf-sem -S "$URL" -j 1 -w 1s -- touch ran
  expect_status 124
  row='*10\r\n$1\r\n7\r\n:1\r\n:1\r\n$1\r\na\r\n$1\r\nw\r\n:9223372036854775807\r\n:9223372036854775807\r\n$0\r\n\r\n:9223372036854775807\r\n$0\r\n\r\n'
  hostile --on "*=*2\r\n\$0\r\n\r\n*1\r\n$row"
  run -0 bounded gf-queue list --format json "$URL"
  [ "$(jq -r .record <<<"$output" | sort -u)" = a ]
  [ ! -e ran ]
}

# ---- it comes by itself --------------------------------------------------------------------------

# goes_on TOOL TEXT: while the server is wrong the tool says so once, with TEXT, and asks no faster than makes sense;
# then it does its work.
goes_on() {
  local pid start=$SECONDS
  touch bad
  : >log
  rm -f ran
  "$1" >out 2>err 3>&- &
  pid=$!
  until_true grep -q "$URL. is away: $2\|$URL is away: $2" err
  sleep 0.5
  asked=$(wc -l <log)
  [ "$asked" -le $((150 * (SECONDS - start + 1))) ] || fails "$1 asked $asked times in $((SECONDS - start)) s"
  rm bad
  wait "$pid" || fails "$1 ended with $?: $(cat err)"
  grep -q 'is back after' err || fails "$1: $(cat err)"
  [ "$(grep -c 'is away' err)" = 1 ] || fails "$1: $(cat err)"
}

@test "a server that is loading, or has no memory: each tool waits, says so once, and goes on" {
  redis_start
  while IFS='|' read -r tools reply after text hint; do
    hostile --on "*=$reply" --then "$after" --while bad --behind redis/sock
    for tool in $tools; do
      goes_on $tool "$text"
      [ -z "$hint" ] || grep -q "^hint: $hint" err || fails "$tool: $(cat err)"
      [[ $tool = @(put|take) ]] || [ -e ran ] || fails "$tool did not run its command"
      [ $tool != take ] || put
    done
  done <<'END'
ratelimit sem put take pool|-LOADING Redis is loading the dataset in memory\r\n|keep|the server is loading its data|
ratelimit put pool|-OOM command not allowed when used memory > 'maxmemory'.\r\n|keep|the server has reached its maxmemory|raise maxmemory
sem put|*7\r\n$5\r\nab|close|.*onnection|
END
}

@test "what a server says that is not ready is waited for, by each of its words" {
  redis_start
  while IFS='|' read -r reply text; do
    hostile --on "*=-$reply\r\n" --while bad --behind redis/sock
    goes_on put "$text"
  done <<'END'
BUSY Redis is busy running a script. You can only call SCRIPT KILL|the server is busy with a script
MASTERDOWN Link with MASTER is down|the server has lost its master
CLUSTERDOWN The cluster is down|the cluster is down
NOREPLICAS Not enough good replicas to write.|the server has too few replicas to write
MISCONF Redis is configured to save RDB snapshots, but it's unable to persist to disk.|the server cannot write to its disk
END
}

@test "gf-cron run waits for a server that loads while it runs, and says which" {
  redis_start
  hostile --on '*=-LOADING Redis is loading the dataset in memory\r\n' --while bad --behind redis/sock
  printf '%s\n' 'GF_FIELDS=6' '* * * * * * GF_ID=tick echo "$GF_DUE" >>ran' >tab
  gf-cron run -S "$URL" --lease 5s tab >out 2>err 3>&- &
  pid=$!
  until_true has_lines ran 1
  : >log
  touch bad
  until_true grep -q "the state is away: $URL: the server is loading its data; nothing starts" err
  start=$SECONDS
  sleep 1
  [ "$(wc -l <log)" -le $((60 * (SECONDS - start + 1))) ] || fails "asked $(wc -l <log) times"
  n=$(wc -l <ran)
  rm bad
  until_true grep -q 'the state is back after' err
  until_true has_lines ran $((n + 1))
  kill "$pid"
  wait "$pid"
}

# ---- no end --------------------------------------------------------------------------------------

@test "a server that never answers, or by drops: no tool hangs beyond what it was told" {
  for then in keep trickle; do
    hostile --on "*=$([ $then = keep ] || printf '$600\\r\\n%600s\\r\\n' x)" --then $then
    start=$SECONDS
    run bounded gf-sem -S "$URL" -j 1 -n -- touch ran
    expect_status 125
    expect_text "cannot use $URL: no answer in time"
    run bounded gf-sem -S "$URL" -j 1 -w 1s -- touch ran
    expect_status 124
    run bounded gf-ratelimit -S "$URL" --on-outage fail 1/s -- touch ran
    expect_status 75
    [ $((SECONDS - start)) -lt 55 ] # by drops each answer would take 60 s
    [ ! -e ran ]
  done
  run bounded gf-cron run -S "$URL" -e @start -- touch ran
  expect_status 125
  expect_text "$URL: no answer in time"
  run -0 bounded gf-ratelimit -S "$URL" --on-outage open 1/s -- touch ran
  [ -e ran ]
  for words in "gf-queue put $URL" "gf-pool --queue $URL echo"; do
    $words <<<a >out 2>err 3>&- &
    pid=$!
    until_true grep -q "the queue '$URL' is away: no answer in time" err
    kill -TERM $pid
    status=0
    wait $pid || status=$?
    [ $status -eq 143 ] || fails "$words: $status $(cat err)"
  done
}

@test "an answer without an end: 125, and memory stays bounded" {
  not_sanitized 'memory is capped'
  export GF_REDIS_PASSWORD=s3cret
  ulimit -v 1200000
  while IFS='|' read -r tools head more text; do
    endless="*=$head|$more"
    hostile --on "$endless" --then again
    for tool in $tools; do
      says $tool 125 "$URL"
      expect_text "$text"
    done
  done <<'END'
put sem|$2147483647\r\n|x|an answer of more than 256 MiB
ratelimit pool|*2147483647\r\n|:1\r\n|an answer of more than 256 MiB
take cron|*9999999\r\n|$-1\r\n|an answer of more than 256 MiB
put|*9999999\r\n|*9\r\n|what came is no answer of Redis
sem pool|+|x|a line of more than 64 KiB
cron|*7\r\n-|x|a line of more than 64 KiB
END
}
