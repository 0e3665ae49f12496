#!/usr/bin/env bats
# pool_logs.bats - gf-pool in long runs: logs of many rows, several logs, logs that are moved meanwhile.

load helper

HEADER=$'Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand'

# log_of PROGRAM [VARIABLE...]: a job log; the awk program prints lines of number, Exitval and command.
log_of() {
  local program=$1
  shift
  echo "$HEADER"
  awk "$@" "$program" | awk -F '\t' -v OFS='\t' '{ print $1, ":", "1700000000.000", "     0.002", 0, 0, $2, 0, $3 }'
}

# ---- many rows -------------------------------------------------------------------------------------

@test "rows of long words: only what stands for the words is kept" {
  not_sanitized 'measures the memory'
  umask 077
  log_of 'BEGIN { for (s = "x"; length(s) < 2000; s = s s) ; for (i = 1; i <= 8000; i++) print i "\t0\techo " i s }' >log
  awk 'BEGIN { for (s = "x"; length(s) < 2000; s = s s) ; for (i = 8001; i > 0; i--) print i s }' >in
  "$GF_AID/frugal" 12000 gf-pool --joblog log --resume --dry-run echo <in >out 2>err || fails "$?: $(<err)"
  [ "$(<err)" = 'gf-pool: 8000 of 8001 jobs were done already' ] || fails "$(<err)"
  [ "$(cut -c 1-14 out)" = 'echo 8001xxxxx' ] || fails "$(cut -c 1-80 out)"
}

@test "a log of a million rows takes less than forty bytes a row, by number less than one" {
  not_sanitized 'measures the memory'
  umask 077
  log_of 'BEGIN { for (i = 1; i <= 1000000; i++) print i "\t0\ttrue " i }' >log
  seq 1000001 >in
  run -0 "$GF_AID/frugal" 40000 gf-pool --joblog log --resume --dry-run true <in
  [ "$output" = $'true 1000001\ngf-pool: 1000000 of 1000001 jobs were done already' ] || fails "$output"
  run -0 "$GF_AID/frugal" 8000 gf-pool --joblog log --resume=seq --dry-run true <in
  [ "$output" = $'true 1000001\ngf-pool: 1000000 of 1000001 jobs were done already' ] || fails "$output"
}

@test "a million rows of equal jobs are read as others, and counted" {
  umask 077
  log_of 'BEGIN { for (i = 1; i <= n; i++) print i "\t" (i % 1000 == 0 ? 3 : 0) "\ttrue x" }' -v n=1000000 >log
  yes x | head -n 1000010 >in
  run -0 timeout 60 gf-pool --joblog log --resume-failed --dry-run true <in
  [ "$(grep -c '^true x$' <<<"$output")" = 1010 ] || fails "${output: -300}"
  expect_text 'gf-pool: 999000 of 1000010 jobs were done already'
}

@test "rows in any order, again and again, of few words and of many: what is left is what a model says" {
  umask 077
  local seed words
  for words in 40 9000; do
    for seed in 1 2; do
      # Numbers come again, often with the same words: the last of those rows counts.
      log_of 'BEGIN { srand(seed); for (i = 0; i < 30000; i++) { n = int(rand() * 12000) + 1
        print n "\t" int(rand() * 3) * (rand() < .5) "\techo w" (rand() < .7 ? n % words : int(rand() * words)) } }' \
        -v seed="$seed" -v words="$words" >log
      awk -v seed="$seed" -v words="$words" 'BEGIN { srand(seed + 9); for (i = 0; i < 15000; i++) print "w" int(rand() * (words + 5)) }' >in
      for resume in --resume --resume-failed; do
        awk -F '\t' -v all="$([ "$resume" = --resume ] && echo 1)" '
          FILENAME == "log" { if (FNR > 1) ended[$1 "\t" $9] = $7 + 0; next }
          FNR == 1 { for (job in ended) if (all || ended[job] == 0) { split(job, c, "\t"); done[c[2]]++ } }
          done["echo " $1] > 0 { done["echo " $1]--; next }
          { print "echo " $1 }' log in >want
        gf-pool -q --joblog log "$resume" --dry-run echo <in >got || [ $? -eq 123 ]
        cmp want got || fails "$words words, seed $seed, $resume"
      done
    done
  done
}
