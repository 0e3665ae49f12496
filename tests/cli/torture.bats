#!/usr/bin/env bats
# torture.bats - a sample of `make torture`: of each command line a few calls of the system fail
# (aid/torture.c). SEED chooses others.
# bats file_tags=plain

load helper
load fetch

setup_file() { ! has_fetch || origin_start http; }
teardown_file() { ! has_fetch || origin_stop; }

# sample TOOL COUNT [OPTION]
sample() {
  local seed=${SEED:-1}
  needs_glibc
  run "$GF_AID/torture" "${@:3}" -n "$2" -s "$seed" -b "$GF_BIN" -l "$GF_AID/callfail.so" -d "$PWD" "$ROOT/tests/torture/$1.cases"
  [ "$status" -eq 0 ] || fails "seed $seed: $output"
  [[ $output == *' calls failed, '*' anomalies 0' ]] || fails "seed $seed: $output"
}

# each TOOL FUNCTION CASE...: every call of that function in these command lines.
each() {
  local tool=$1 function=$2 line
  needs_glibc
  for line in "${@:3}"; do
    run "$GF_AID/torture" -c "$line" -f "$function" -b "$GF_BIN" -l "$GF_AID/callfail.so" -d "$PWD" "$ROOT/tests/torture/$tool.cases"
    [ "$status" -eq 0 ] || fails "$output"
  done
}

@test "gf-pool says what cannot be looked at" { each gf-pool fstat 'a job log' results; }

@test "a run of gf-cron that cannot be timed does not wait for ever" { each gf-cron realloc 'run with retries'; }

@test "gf-buffer writes behind no end that it cannot read" { each gf-buffer lseek 'a file whose last record has no end'; }
@test "gf-buffer is not kept from a lock by an interruption" { each gf-buffer flock 'a log directory' 'all of it is on disk'; }

@test "gf-buffer does not count what it cannot read of a spool" {
  each gf-buffer pread 'the state of a spool'
  each gf-buffer stat 'the state of a spool' 'the state of a spool as JSON'
}
@test "gf-buffer replaces nothing that it cannot look at by nothing" { each gf-buffer stat 'nothing replaces something'; }

@test "gf-buffer does not miss the end of its command" { each gf-buffer waitpid 'a new file as a whole' 'a status that is success'; }

@test "calls of gf-buffer that fail" { sample gf-buffer 2; }
@test "calls of gf-pool that fail" { sample gf-pool 4; }
@test "calls of gf-cron that fail" { sample gf-cron 2; }
@test "calls of gf-pipeline that fail" { sample gf-pipeline 3; }
@test "calls of gf-queue that fail" { sample gf-queue 2; }
@test "gf-queue says why it cannot use a file" { each gf-queue open "ack" "put into a new queue"; }
@test "calls of gf-ratelimit that fail" { sample gf-ratelimit 4; }
@test "calls of gf-sem that fail" { sample gf-sem 4; }
@test "calls of gf-stream that fail" { sample gf-stream 4; }

@test "calls of gf-fetch that fail" { ! has_fetch || sample gf-fetch 1; }
@test "calls of libcurl that fail" { ! has_fetch || sample gf-fetch 1 -x; }
@test "gf-fetch says which part cannot be read" { ! has_fetch || each gf-fetch pread 'a part that is there' 'a part that is whole'; }
@test "gf-fetch says that there is no descriptor for a socket" { ! has_fetch || each gf-fetch socket 'one URL' 'in order'; }
@test "gf-fetch asks for no other URL than that of its line when memory fails" { ! has_fetch || each gf-fetch malloc JSON 'names given'; }
