# reader.bats - a tool whose reader has gone ends while it waits, not at its next write.

# shellcheck disable=SC2154

load helper

# ends STATUS COMMAND: COMMAND prints a line at once, and then has a minute to wait; `head` goes after
# the line. The command ends with STATUS, long before.
ends() {
  local want=$1 status=0
  timeout -k 5 30 bash -c "ulimit -f 2000000; $2; echo \$? >status" 2>err | head -n 1 >out || status=$?
  # shellcheck disable=SC2153
  [ "$(cat status)" = "$want" ] || fails "$2: status $(cat status), not $want: $(head -n 3 err)"
  [ "$(wc -l <out)" = 1 ] || fails "$2: $(cat out)"
}

each() {
  printf '@start echo hi\n@in 1m :\n' >table
  printf 'x 1\nx 2\n' >same
  rm -f shared
  mkfifo held
  exec 7<>held # a writer that stays: reading waits
  printf 'a\n' >&7
  while read -r line; do
    SECONDS=0
    ends "$1" "$2 $line"
    [ "$SECONDS" -lt 20 ] || fails "$line: ended after $SECONDS s"
    case $line in *held*) printf "a\n" >&7 ;; esac
  done < <(built <<'END'
gf-pool -j2 -s 'sleep $1; echo $1' ::: 0 60
gf-pool -j2 -k -s 'sleep $1; echo $1' ::: 0 60
gf-pool -j2 -u -s 'sleep $1; echo $1' ::: 0 60
gf-pool -j2 --line-buffer -s 'sleep $1; echo $1' ::: 0 60
gf-pool --line-buffer -s 'echo a; sleep 60' ::: x
gf-pool echo <held
gf-pool --dry-run echo <held
gf-pool --worker -j1 -s 'while read x; do echo $x; [ $x = 1 ] || sleep 60; done' ::: 1 2
gf-pipeline <held
gf-pipeline --stage s -- cat <held
gf-pipeline --stage s --mode each -- cat <held
gf-pipeline --stats --stage s --mode filter -- cat <held
gf-pipeline --stage s -- sh -c 'read x; echo $x; sleep 60' <held
gf-buffer <held
gf-buffer --bytes <held
gf-buffer --when-full drop-oldest <held
gf-buffer --spool ./sp <held
gf-buffer --spool ./sp2 --durable <held
gf-buffer --tee copy <held
gf-fetch <held
gf-fetch -k <held
gf-stream filter . <held
gf-ratelimit 10/s <held
gf-ratelimit -K1 10/s <held
gf-ratelimit 1/m table
gf-ratelimit 1/m -K1 same
gf-ratelimit -S ./shared 1/m table
gf-cron run -q table
gf-cron run -q -e @start -- yes
gf-cron emit -q table
END
  )
}

@test "reader: one that goes ends each tool that waits, by SIGPIPE" { each 141 ''; }

@test "reader: where SIGPIPE is ignored it is a write error" {
  printf '@start echo hi\n@in 1m :\n' >table
  printf 'x 1\nx 2\n' >same
  mkfifo held
  exec 7<>held
  for line in 'gf-fetch <held' 'gf-stream filter . <held' 'gf-buffer <held' 'gf-buffer --bytes <held' 'gf-pipeline --stage s -- cat <held' 'gf-ratelimit 10/s <held' 'gf-ratelimit 1/m table' 'gf-cron emit -q table' \
    'gf-cron run -q table' "gf-pool -j2 -s 'sleep \$1; echo \$1' ::: 0 0.5"; do
    [[ $line != gf-fetch* ]] || has_fetch || continue
    printf 'a\n' >&7
    ends 125 "trap '' PIPE; $line"
  done
}

@test "reader: output is held up to the ceiling, and then printed as it comes" {
  for k in '' -k; do
    # shellcheck disable=SC2086
    timeout 60 gf-pool $k -j4 --spill-max 256K -s 'head -c 5000000 /dev/zero | tr "\0" "$1"; echo' \
      ::: a b c d e f >out 2>err
    # each job's output is whole: one line of one letter
    [ "$(awk '{ print length($0), substr($0, 1, 1) }' out | sort | tr '\n' ,)" = \
      '5000000 a,5000000 b,5000000 c,5000000 d,5000000 e,5000000 f,' ]
    [ -z "$k" ] || [ "$(cut -c1 out | tr -d '\n')" = abcdef ]
    [ "$(grep -c 'has reached its ceiling (--spill-max)' err)" = 1 ]
  done
}

@test "reader: where no job can be printed as it goes, the ceiling is a full disk" {
  for how in '--retries 1' --line-buffer; do
    # shellcheck disable=SC2086
    run --separate-stderr timeout 60 gf-pool $how -j2 --spill-max 256K -s 'head -c 5000000 /dev/zero' ::: a b
    [ "$status" = 125 ] || fails "$how: $status $stderr"
    [[ $stderr == *"cannot hold the output of job"* ]] || fails "$stderr"
  done
}
