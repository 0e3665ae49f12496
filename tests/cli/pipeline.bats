#!/usr/bin/env bats
# pipeline.bats - what each option of gf-pipeline does. Its words are in pipeline_words.bats, processes that
# misbehave in pipeline_faults.bats, and what can happen to any child in children.bats.

# shellcheck disable=SC2154 # run sets stderr
load helper

# letters FILTER: what jq says of each dead letter in `dead`, in the order of the input.
letters() { jq -s -c "sort_by(.seq) | .[] | $1" dead; }

# numbers FILTER: of --stats=json in `stats`.
numbers() { jq -c "$1" stats; }

# cat_but PATTERN: a script for `each`, which fails with the records that the pattern matches.
cat_but() { echo 'read -r x; case $x in '"$1"') echo "no $x" >&2; exit 3 ;; esac; echo "$x"'; }

# ---- modes ---------------------------------------------------------------------------------------

@test "pipeline: without a stage it copies its input" { # PL004
  seq 1000 >in
  gf-pipeline <in | cmp in
  [ "$(printf 'a\nb' | gf-pipeline)" = $'a\nb' ]
}

@test "pipeline: map has one process for many records, each one for each, batch one for several" {
  seq 7 >in
  [ "$(gf-pipeline --stage s -- sh -c 'while read -r x; do echo "$x $$"; done' <in | cut -d ' ' -f 2 | sort -u | wc -l)" -eq 1 ]
  [ "$(gf-pipeline --stage s --mode each -- sh -c 'read -r x; echo "$x $$"' <in | cut -d ' ' -f 2 | sort -u | wc -l)" -eq 7 ]
  [ "$(gf-pipeline --stage s --mode batch=3 -- wc -l <in)" = $'3\n3\n1' ]
  [ "$(gf-pipeline --stage s --mode filter -- sh -c 'cat; echo end' <in | tail -n 2)" = $'7\nend' ]
}

@test "pipeline: a batch is what came within its time" {
  mkfifo held
  gf-pipeline --stage s --mode batch=9,300ms -- wc -l <held >out 3>&- &
  exec 7>held
  printf 'a\nb\n' >&7
  until_true has_lines out 1
  echo c >&7
  exec 7>&-
  wait $!
  [ "$(<out)" = $'2\n1' ]
}

@test "pipeline: records longer than a block are whole in a batch" { # PL030
  for n in 1 2 3 4 5; do
    head -c 200000 /dev/zero | tr '\0' $n
    echo
  done >in
  gf-pipeline --stage s --mode batch=2 -- awk '{ print length($0), substr($0, 1, 1), substr($0, 200000) }' <in >out
  [ "$(<out)" = $'200000 1 1\n200000 2 2\n200000 3 3\n200000 4 4\n200000 5 5' ]
  gf-pipeline --stage s --mode batch=2 -- cat <in | cmp in
}

@test "pipeline: an answer of several lines goes on as several records, an empty one as an empty one" {
  [ "$(seq 2 | gf-pipeline --stage s --mode each -- sed p ::: --stage t -- sed -u 's/^/>/')" = $'>1\n>1\n>2\n>2' ]
  [ "$(printf 'a\nb\n' | gf-pipeline --stage s --mode each -- sh -c 'read -r x; [ $x = a ] || echo $x')" = $'\nb' ]
  [ "$(printf 'a\nb\n' | gf-pipeline --drop-empty --stage s --mode each -- sh -c 'read -r x; [ $x = a ] || echo $x')" = b ]
  [ "$(printf 'a\n\nb\n' | gf-pipeline --drop-empty --stats=json --stats-file stats --stage s -- cat)" = $'a\nb' ]
  [ "$(numbers '[.in, .out, .dropped, .stages[0].empty]')" = '[3,2,1,1]' ]
}

@test "pipeline: the last record may lack its newline, and gets one; -0 is for records that end with NUL" { # PL035
  printf 'a\nb' | gf-pipeline --stage s -- cat ::: --stage t --mode each -- cat >out
  printf 'a\nb\n' | cmp - out
  printf 'a\nx\0b\n' | gf-pipeline -0 --stage s -- cat ::: --stage t --mode each -- cat >out
  printf 'a\nx\0b\n\0' | cmp - out
}

# ---- order ---------------------------------------------------------------------------------------

@test "pipeline: the order of the input is kept, however long each takes" { # PL007, PL031
  local slow='while read -r x; do sleep 0.0$((x * 7 % 10)); echo "$x"; done'
  seq 100 >in
  gf-pipeline --stage s -j 8 --window 4 -- bash -c "$slow" <in | cmp in
  gf-pipeline --stage s -j 8 --mode each -- bash -c 'read -r x; sleep 0.0$((x * 7 % 10)); echo "$x"' <in | cmp in
  gf-pipeline --stage s -j 4 --mode batch=7 -- bash -c 'read -r x; sleep 0.0$((x * 3 % 10)); echo "$x"; cat' <in | cmp in
}

@test "pipeline: --unordered writes records as they are done, each once" {
  mkfifo go
  (until_true grep -q 3 out && echo >go) 3>&- &
  seq 3 | timeout 20 gf-pipeline --unordered --stage s --mode each -j 3 -- sh -c 'read -r x; [ $x != 1 ] || read -r y <go; echo $x' >out
  wait
  [ "$(tail -n 1 out)" = 1 ]
  [ "$(sort out)" = $'1\n2\n3' ]
}

@test "pipeline: records that stay keep their order behind some that fail" { # PL038
  seq 30 >in
  run -123 --separate-stderr gf-pipeline --dead dead --stage s --mode each -j 4 -- sh -c "$(cat_but '*[369]')" <in
  seq 30 | grep -v '[369]$' | cmp - <(printf '%s\n' "$output")
  [ "$(letters .seq | wc -l)" -eq 9 ]
}

@test "pipeline: -j is how many run at once, and no more" { # PL029
  mkdir up
  seq 20 | gf-pipeline --stage s --mode each -j 4 -- bash -c 'read -r x; : >up/$x; ls up | wc -l >>counts; sleep 0.2; rm up/$x; echo $x' >out
  [ "$(wc -l <out)" -eq 20 ]
  [ "$(sort -n counts | tail -n 1)" -le 4 ]
  [ "$(sort -n counts | tail -n 1)" -ge 2 ]
}

@test "pipeline: --by gives records of one key to one process" {
  printf '%s\n' a,1 b,2 a,3 c,4 b,5 a,6 c,7 d,8 d,9 >in
  for mode in map each; do
    gf-pipeline --stage s -j 3 --by 1 -d , --mode $mode -- sh -c 'while IFS=, read -r k x; do echo "$k,$x $$"; done' <in >out
    cut -d ' ' -f 1 out | cmp in
    [ $mode = each ] || [ "$(tr ',' ' ' <out | cut -d ' ' -f 1,3 | sort -u | wc -l)" -eq 4 ]
  done
}

@test "pipeline: a stage that stops reading holds the input up, and its time limit ends that" { # PL016
  yes | head -c 40000000 >in
  gf-pipeline --stage s -t 1s --kill-after 100ms --on-error stop -- sh -c 'read -r x; sleep 60' <in >out 2>err 3>&- &
  pid=$!
  sleep 0.7
  [ "$(awk '$1 == "pos:" { print $2 }' "/proc/$pid/fdinfo/0")" -lt 20000000 ]
  status=0
  wait $pid || status=$?
  [ "$status" -eq 123 ]
  grep -q "stage 's'" err
}

# ---- records that fail ---------------------------------------------------------------------------

@test "pipeline: --on-error stop ends the run, and the stages behind never see the record" { # PL001
  printf 'a\nb\nc\n' >in
  run -123 --separate-stderr gf-pipeline --dead dead --stage one -- cat ::: \
    --stage two --mode each --on-error stop -- sh -c "$(cat_but b)" ::: --stage three --tee seen -- cat <in
  # a may be on its way still: then it has a letter, as c has
  [ "$(sort -m <(printf '%s' "${output:+$output$'\n'}") <(jq -r .origin dead | sort))" = $'a\nb\nc' ]
  [ -z "$(tr -d 'a\n' <seen)" ]
  [[ $stderr == *"stage 'two' failed with record 2, and --on-error stop ends the run"* ]]
  [ "$(jq -c 'select(.seq == 2) | [.stage, .reason]' dead)" = '["two","exit"]' ]
  [ "$(jq -r 'select(.seq != 2).reason' dead | sort -u)" = shutdown ]
}

@test "pipeline: --on-error dead, pass and drop, each counted" { # PL005, PL028
  seq 10 >in
  for what in dead pass drop; do
    rm -f dead
    run -123 --separate-stderr gf-pipeline -q --dead dead --stats=json --stats-file stats --stage one -- cat ::: \
      --stage two --mode each --on-error $what -- sh -c "$(cat_but '8|9|10')" ::: --stage three -- sed -u 's/^/>/' <in
    case $what in
      dead) want='[10,7,3,0,0]' left=7 in=7 ;;
      pass) want='[10,10,0,0,3]' left=10 in=10 ;;
      drop) want='[10,7,0,3,0]' left=7 in=7 ;;
    esac
    [ "$(numbers '[.in, .out, .dead, .dropped, .passed]')" = "$want" ] || fails "$what: $(<stats)"
    [ "$(numbers '[.stages[] | .in]')" = "[10,10,$in]" ] || fails "$what: $(<stats)"
    [ "$(numbers '[.stages[] | .failed]')" = '[0,3,0]' ] || fails "$what: $(<stats)"
    [ "$(wc -l <<<"$output")" -eq $left ] || fails "$what: $output"
    [ $what = dead ] || [ ! -s dead ]
  done
}

@test "pipeline: a dead letter has separate fields for what happened" { # PL024, PL028
  printf 'a\nb\n\xff\n' >in
  run -123 --separate-stderr gf-pipeline -q --name load --dead dead --stage r --mode each -- sed 's/^/x/' ::: \
    --stage s --mode each --retries 1 -- sh -c 'read -r x; echo why >&2; [ $x = xa ] && exit 4; kill -9 $$' <in
  [ -z "$output" ]
  [ "$(letters '[.v, .pipeline, .stage, .stage_number, .seq, .records, .reason, .exit, .signal, .attempts, .stderr]')" = \
    '[1,"load","s",2,1,1,"exit",4,null,2,"why\n"]
[1,"load","s",2,2,1,"signal",null,9,2,"why\n"]
[1,"load","s",2,3,1,"signal",null,9,2,"why\n"]' ] || fails "$(<dead)"
  [ "$(letters '[.input, .origin, .input_b64, .origin_b64]')" = '["xa","a",null,null]
["xb","b",null,null]
[null,null,"eP8=","/w=="]' ] || fails "$(<dead)"
  [ "$(letters '.seconds >= 0 and (.time | test("^2[0-9-]+T.*Z$"))' | sort -u)" = true ]
  [ "$(stat -c %a dead)" = 600 ]
  echo a | gf-pipeline -q --dead fd:5 --stage s --mode each -- false 5>fifth || [ $? -eq 123 ]
  [ "$(jq -c .reason fifth)" = '"exit"' ]
}

@test "pipeline: without --dead the first letters are told, and how many there were" {
  run -123 --separate-stderr gf-pipeline --stage s --mode each -- sh -c "$(cat_but '*')" < <(seq 9)
  [ "$(grep -c "^gf-pipeline: record [0-9]* failed, stage 's', exit status 3: [0-9]$" <<<"$stderr")" -eq 5 ]
  [[ $stderr == *"hint: no more is said of each; --dead FILE keeps them"* ]]
  [[ $stderr == *"gf-pipeline: 9 of 9 records failed; first: record 1, stage 's', exit status 3: 1"* ]]
}

@test "pipeline: a process that writes to standard error alone has its words in the letter, and no hang" { # PL010
  # A process of `each` that ends with 0 has succeeded: its empty answer is an empty record.
  echo a | gf-pipeline -q --dead dead --stage s -t 300ms --kill-after 100ms -- sh -c 'read -r x; echo bad >&2; sleep 60' || [ $? -eq 123 ]
  [ "$(letters '[.reason, .stderr]')" = '["timeout","bad\n"]' ]
}

@test "pipeline: --retries tries a record again as it came to the stage, --retry-delay apart" { # PL017, PL020
  seq 2 | gf-pipeline --stats=json --stats-file stats --stage r --mode each -- sed 's/^/x/' ::: \
    --stage s --mode each --retries 3 -- sh -c 'read -r x; test -e $x || { : >$x; exit 1; }; echo $x' >out
  [ "$(<out)" = $'x1\nx2' ]
  [ "$(numbers '[.out, .dead, .stages[1].retried, .stages[1].failed]')" = '[2,0,2,0]' ]
  echo a | gf-pipeline -q --dead dead --stage s --mode each --retries 3 --retry-delay 400ms -- sh -c 'date +%s%N >>times; exit 1' || [ $? -eq 123 ]
  [ "$(letters .attempts)" = 4 ]
  [ "$(awk 'NR > 1 && $1 - last < 390000000 { bad = 1 } { last = $1 } END { print NR, bad + 0 }' times)" = '4 0' ]
}

@test "pipeline: --reject-prefix and --reject-status refuse a record, without a retry; without them no answer is special" { # PL028
  printf 'a\nNO b\nc\n' >in
  gf-pipeline --stage s -- cat <in | cmp in
  for mode in map each; do
    rm -f dead
    run -123 --separate-stderr gf-pipeline -q --dead dead --stats=json --stats-file stats --retries 3 --stage s --mode $mode --reject-prefix NO -- cat <in
    [ "$output" = $'a\nc' ]
    [ "$(letters '[.seq, .reason, .answer, .attempts, .input]')" = '[2,"reject","NO b",1,"NO b"]' ]
    [ "$(numbers '[.in, .out, .dead, .rejected, .stages[0].retried]')" = '[3,2,1,1,0]' ]
  done
  rm -f dead
  run -123 gf-pipeline -q --dead dead --retries 1 --stage s --mode each --reject-status 3,40-42 -- sh -c "$(cat_but 'NO*')" <in
  [ "$output" = $'no NO b\na\nc' ] || [ "$(sort <<<"$output")" = $'a\nc\nno NO b' ]
  [ "$(letters '[.reason, .exit, .answer, .attempts]')" = '["reject",3,"no NO b\n",1]' ]
}

@test "pipeline: -t and --total-timeout end what holds a record for longer" {
  for mode in map each batch=1; do
    rm -f dead
    run -123 timeout 20 gf-pipeline -q --dead dead --stage s --mode $mode -t 300ms --kill-after 100ms -- \
      sh -c 'while read -r x; do [ $x != 2 ] || sleep 60; echo $x; done' < <(seq 3)
    [ "$output" = $'1\n3' ] || fails "$mode: $output"
    [ "$(letters '[.seq, .reason]')" = '[2,"timeout"]' ] || fails "$mode: $(<dead)"
  done
  rm -f dead
  run -123 timeout 20 gf-pipeline -q --dead dead --total-timeout 400ms --stage s -- cat ::: --stage t --mode each --kill-after 100ms -- sleep 60 < <(seq 2)
  [ "$(letters '[.seq, .reason, .stage]')" = $'[1,"timeout","t"]\n[2,"timeout","t"]' ]
}

@test "pipeline: a process that dies again and again ends the run, or with --on-crash-loop dead its records" {
  run -125 --separate-stderr timeout 60 gf-pipeline --dead dead --stage s --window 1 -- sh -c 'exit 7' < <(seq 20)
  [[ $stderr == *"stage 's': its command ended 6 times within a minute without an answer"* ]]
  [ "$(letters .seq | wc -l)" -eq 20 ]
  rm dead
  run -123 --separate-stderr timeout 60 gf-pipeline --dead dead --on-crash-loop dead --stage s --window 1 -- sh -c 'exit 7' < <(seq 20)
  [ "$(letters .seq | wc -l)" -eq 20 ]
  [ "$(letters .reason | sort -u)" = $'"crash"\n"exit"' ]
}

@test "pipeline: --max-record: a record that is too long is a letter of its beginning, which --replay refuses" {
  { echo a; head -c 300000 /dev/zero | tr '\0' y; echo; echo b; } >in
  run -123 timeout 60 gf-pipeline -q --dead dead --max-record 64K --stage s -- cat <in
  [ "$output" = $'a\nb' ] || fails "$(cut -c1-99 <<<"$output")"
  [ "$(letters '[.seq, .reason, .truncated, .offset, (.origin | length)]')" = '[2,"oversize",true,2,65536]' ]
  run -123 timeout 20 gf-pipeline --replay dead --stage s -- cat
  expect_text 'record 2 was cut, and is not tried again'
}

# ---- letters and commits -------------------------------------------------------------------------

@test "pipeline: --max-record holds for a record that came with others in one read, and for its answer" {
  long() { printf '%s\n' a bbb cccc d eeeee f; printf last1; }
  for mode in map each filter; do
    run -123 gf-pipeline -q --dead "in.$mode" --max-record 3 --stage s --mode "$mode" -- cat < <(long)
    [ "$output" = $'a\nbbb\nd\nf' ]
    [ "$(jq -r '[.seq, .reason, .offset, .origin] | join(" ")' "in.$mode" | paste -sd,)" = '3 oversize 6 cccc,5 oversize 13 eeeee,7 oversize 21 last1' ]
  done
  run -123 gf-pipeline -q --dead out --max-record 3 --stage s -- sed -u s/b/bb/ < <(printf 'a\nbbb\nc\n')
  [ "$output" = $'a\nc' ]
  [ "$(jq -r '[.seq, .reason, .input] | join(" ")' out)" = '2 oversize bbb' ]
  run ! gf-pipeline -q --max-record 3 --stats --stage s --mode filter -- sed s/b/bb/ < <(printf 'a\nbbb\nc\n')
  expect_text "wrote a record that is longer than 3 bytes"
}

@test "pipeline: --replay tries the records again, --from-stage where they failed" {
  seq 3 | gf-pipeline -q --dead dead --stage r --mode each -- sed 's/^/x/' ::: --stage s --mode each -- false || [ $? -eq 123 ]
  [ "$(gf-pipeline --replay dead --stage r --mode each -- sed 's/^/x/' ::: --stage s -- cat)" = $'x1\nx2\nx3' ]
  [ "$(gf-pipeline --replay dead --stage t -- cat)" = $'1\n2\n3' ]
  [ "$(gf-pipeline --replay dead --from-stage --stage r -- false ::: --stage s -- cat)" = $'x1\nx2\nx3' ]
  run -125 gf-pipeline --replay dead --from-stage --stage t -- cat
  expect_text "there is no stage 's'"
  echo nonsense >other
  run -125 gf-pipeline --replay other --stage t -- cat
  expect_text "'other', line 1:"
}

@test "pipeline: --commit and --resume go on behind what is done, and know another input" {
  run_it() { gf-pipeline -q --dead dead --commit commit "$@" --stage s -- cat; }
  seq 5 >in
  [ "$(run_it <in)" = "$(seq 5)" ]
  seq 7 >in
  [ "$(run_it --resume <in)" = $'6\n7' ]
  [ "$(seq 9 | run_it --resume --skip-known)" = $'8\n9' ]
  run -125 run_it --resume < <(seq 9)
  expect_text '--resume needs an input that can seek'
  run -125 run_it --resume --skip-known < <(seq 101 120)
  expect_text "the input is not the one of commit 'commit'"
  echo 1 >in
  run -125 run_it --resume <in
  expect_text "the input is not the one of commit 'commit'"
}

@test "pipeline: SIGTERM stops the reading, --drain is the time for what was read; letters or commits have the rest" {
  mkfifo held
  for commit in '' '--commit commit'; do
    rm -f dead commit
    # shellcheck disable=SC2086
    gf-pipeline --drain 300ms --dead dead $commit --stage s --mode each --kill-after 100ms -- \
      sh -c 'read -r x; [ $x = 1 ] || exec sleep 60; echo $x' <held >out 2>err 3>&- &
    pid=$!
    exec 7>held
    seq 3 >&7
    until_true has_lines out 1
    kill -TERM $pid
    status=0
    wait $pid || status=$?
    exec 7>&-
    [ "$status" -eq 143 ] || fails "status $status: $(<err)"
    [ "$(<out)" = 1 ]
    if [ -z "$commit" ]; then
      [ "$(letters '[.seq, .reason]')" = $'[2,"shutdown"]\n[3,"shutdown"]' ] || fails "$(<dead)"
    else
      [ ! -s dead ]
    fi
  done
}

@test "pipeline: the last line says how many records failed, each once, and the first" {
  says() { # LINE WORD...
    run -123 --separate-stderr timeout 20 gf-pipeline --dead dead "${@:2}" < <(seq 3)
    [ "${stderr##*$'\n'}" = "gf-pipeline: $1" ] || fails "${*:2}: $stderr"
  }
  local not_2='read -r x; [ $x != 2 ] && echo $x'
  says "1 of 3 records failed; first: record 2, stage 's', exit status 1, handed on as it came: 2" \
    --stage s --mode each --on-error pass -- sh -c "$not_2" ::: --stage t --mode each -- sh -c "$not_2"
  says "3 of 3 records failed; first: record 1, stage 't', exit status 1: 1" --stage s --mode each -- seq 3 ::: --stage t --mode each -- false
  says "3 of 3 records failed; first: record 1, stage 't', exit status 1: one" --stage s --mode batch=3 -- echo one ::: --stage t --mode each -- false
}

# ---- what is told --------------------------------------------------------------------------------

@test "pipeline: a letter counts the tries; every letter is an event, and a dead record of a stage" {
  same() { # LETTERS: [seq, reason, attempts]
    [ "$(letters '[.seq, .reason, .attempts]' | sort | tr '\n' ' ')" = "$1" ] || fails "$(<dead)"
    [ "$(jq -c 'select(.event == "dead") | [.seq, .reason, .attempts]' events | sort | tr '\n' ' ')" = "$1" ] || fails "$(<events)"
    [ "$(jq '.dead' stats)" = "$(wc -l <dead)" ]
    rm dead events
  }
  local all=(gf-pipeline -q --dead dead --events events --stats=json --stats-file stats)
  run -123 timeout 20 "${all[@]}" --total-timeout 300ms --stage s --mode each -- sleep 60 < <(seq 3)
  same '[1,"timeout",1] [2,"timeout",0] [3,"timeout",0] '
  run -123 timeout 20 "${all[@]}" --on-error stop --stage s --mode each -- false < <(seq 2)
  same '[1,"exit",1] [2,"shutdown",0] '
  [ "$(jq -c '.stages[0] | [.in, .answered, .failed, .dead]' stats)" = '[2,0,2,2]' ] || fails "$(<stats)"
  printf '#!/bin/sh\ncat\nrm -f once\n' >once && chmod +x once
  run -127 timeout 20 "${all[@]}" --stage s --mode each -- ./once < <(seq 2)
  same '[2,"spawn",0] '
  run -123 timeout 20 "${all[@]}" --max-record 8 --stage s -- cat < <(printf 'a\n123456789\n12345678\n')
  same '[2,"oversize",0] '
}

@test "pipeline: --tee writes what leaves the stage, --events what happens" {
  seq 4 | gf-pipeline -q --events events --stage s --mode each --tee tap -- sh -c "$(cat_but 2)" ::: --stage t -- sed -u 's/^/>/' >out || [ $? -eq 123 ]
  [ "$(<tap)" = $'1\n3\n4' ]
  [ "$(jq -r 'select(.event != "ended").event' events | sort | uniq -c | tr -s ' \n' ' ')" = ' 1 begin 1 dead 1 end 5 started ' ] || fails "$(<events)"
  [ "$(jq -c 'select(.event == "dead") | [.stage, .seq, .reason, .exit]' events)" = '["s",2,"exit",3]' ]
  [ "$(jq -c 'select(.event == "end") | [.status, .records, .dead]' events)" = '[123,4,1]' ]
}

@test "pipeline: --stats says of each stage what came, went and failed, in three forms" {
  seq 10 >in
  for how in text json prom; do
    gf-pipeline -q --stats=$how --stats-file stats.$how --stage one -- cat ::: --stage two --mode each -- sh -c "$(cat_but '8|9|10')" <in >out || [ $? -eq 123 ]
  done
  [ "$(jq -c '[.in, .out, .dead, .dropped, .inside]' stats.json)" = '[10,7,3,0,0]' ]
  [ "$(jq -c '[.stages[] | [.name, .in, .out, .failed]]' stats.json)" = '[["one",10,10,0],["two",10,7,3]]' ]
  [ "$(jq -c '[.stages[] | .service_seconds | .count > 0 and .p50 <= .p90 and .p90 <= .p99 and .p99 <= .max]' stats.json)" = '[true,true]' ]
  jq -r .bottleneck stats.json | grep -q bottleneck
  # What comes to a batch one by one is counted so, whether the answer is one or several.
  gf-pipeline -q --stats=json --stats-file b.json --stage one --mode each -- cat ::: --stage b --mode batch=4 -- cat <in >out
  cmp in out
  [ "$(jq -c '.stages[1] | [.in, .answered, .out, .in_flight, .service_seconds.count]' b.json)" = '[10,10,10,0,10]' ] || fails "$(<b.json)"
  gf-pipeline --stats=json --stats-file f.json --stage one -- cat ::: --stage f --mode filter -- sh -c 'sleep 0.3; cat' <in >out
  [[ $(jq -r .bottleneck f.json) == 'no stage with times is the bottleneck, a filter, the input or the output is:'* ]] || fails "$(<f.json)"
  grep -qx 'in 10' stats.text
  grep -q "^stage two: in 10, .*failed 3" stats.text
  grep -q 'bottleneck' stats.text
  grep -q '^# TYPE gf_pipeline_.* counter' stats.prom
  grep -qE '^gf_pipeline_[a-z_]*\{.*stage="two".*\} 3$' stats.prom
}

@test "pipeline: SIGUSR1 prints where the run stands, and nothing ends" {
  mkfifo held
  gf-pipeline --stage s -- cat <held >out 2>err 3>&- &
  exec 7>held
  echo a >&7
  until_true has_lines out 1
  kill -USR1 $!
  until_true grep -q 'in' err
  echo b >&7
  exec 7>&-
  wait $!
  [ "$(<out)" = $'a\nb' ]
}

@test "pipeline: a command knows its stage" {
  [ "$(echo a | gf-pipeline --stage 'load it' --mode each -- sh -c 'cat >/dev/null; echo "$GF_STAGE ${GF_PIPELINE:+p} ${GF_TOKEN:+t}"')" = 'load it p t' ]
}

# Left out of the rows PL, and why: PL018 (a command that is not found) and PL032 (options of commands) are in
# pipeline_words.bats. PL010 says of every mode that a record fails whose process writes to standard error alone;
# here the status of `each` decides, and an answer of map is waited for.

@test "--max-record is exact, however the input is read" {
  printf '12\n123\n1\n1234\n' >in
  run -123 --separate-stderr gf-pipeline -q --max-record 2 --dead d --stage a -- cat <in
  [ "$output" = $'12\n1' ]
  diff <(jq -c '[.seq, .reason, .truncated, .offset, .origin]' d) - <<'END'
[2,"oversize",true,3,"123"]
[4,"oversize",true,9,"1234"]
END
  printf '12\n1' | gf-pipeline --max-record 2 --stage a -- cat >out
  [ "$(cat out)" = $'12\n1' ]
}

# What fits together into a batch is chance, with DUR and behind --resume all the more: it kills no record.
@test "--max-record is for each record of a batch, not for the sum of those that came together" {
  seq -f '%04.0f' 31 | awk '{ printf "%s %0200d\n", $1, 0 }' >in
  gf-pipeline --max-record 4096 --dead d --commit c --stage a --mode batch=31 -- cat <in | cmp in
  [ ! -s d ]
  printf '%s\n' aaa bbb ccc ddd >in
  [ "$(gf-pipeline --max-record 3 --stage a --mode batch=4 -- cat <in)" = $'aaa\nbbb\nccc\nddd' ]
  [ "$(gf-pipeline --max-record 3 --stage a --mode batch=4 -- sh -c 'printf "aaa\nbbb\nccc\nddd"' <in)" = $'aaa\nbbb\nccc\nddd' ]
}

@test "--max-record: a batch whose answer has a longer line, or is longer than all its records may be, has failed" {
  oversize() { # RECORDS BATCH SIZE SCRIPT: all records are letters
    rm -f dead
    run -123 gf-pipeline -q --max-record "$3" --dead dead --stage a --mode "batch=$2" -- sh -c "$4" < <(seq "$1")
    [ -z "$output" ]
    [ "$(letters .reason | sort | uniq -c | tr -d ' ')" = "$1\"oversize\"" ]
  }
  oversize 2 2 3 'echo abcd'
  oversize 2 2 3 'printf abcd'
  oversize 2 2 3 'echo a; echo abcd; echo b'
  oversize 2 2 3 'yes a | head -n 4; echo'
  oversize 2 2 3 'printf "aaa\nbb\nc"'
  oversize 2 2 3 yes
  # Also by the default, where records of that length would allow for more.
  oversize 100 100 1M 'head -c 65M /dev/zero | tr "\0" "\n"'
  [ "$(seq 2 | gf-pipeline --max-record 65M --stage a --mode batch=2 -- sh -c 'head -c 65M /dev/zero | tr "\0" "\n"' | wc -c)" = $((65 << 20)) ]
  # The batch of those that stay within it is not concerned.
  run -123 gf-pipeline -q --max-record 3 --stage a --mode batch=2 -- sed s/3/3333/ < <(seq 6)
  [ "$output" = $'1\n2\n5\n6' ]
}

@test "--max-record: an answer without an end that is one byte too long is a letter, and one that fits is none" {
  for mode in each batch=1; do
    rm -f dead
    run -123 gf-pipeline -q --max-record 3 --dead dead --stage a --mode "$mode" -- printf abcd <<<a
    [ "$(letters '[.reason, .input]')" = '["oversize","a"]' ]
    [ "$(gf-pipeline --max-record 3 --stage a --mode "$mode" -- printf abc <<<a)" = abc ]
  done
}

@test "what --on-error passes on or drops is told at the end, as what died is" {
  seq 3 >in
  for what in pass drop; do
    run -123 --separate-stderr gf-pipeline --stage s --mode each --on-error "$what" -- false <in
    [[ $stderr == "gf-pipeline: 3 of 3 records failed; first: record 1, stage 's', exit status 1, "*": 1" ]]
  done
}

@test "a filter that leaves something in its pipe has ended before its input did" {
  seq 1000 >in
  run -125 --separate-stderr gf-pipeline --stage a --mode filter -- sh -c 'read -r x; echo "$x"' <in
  [ "$output" = 1 ]
  [[ $stderr == *"stage 'a' ended before its input did"* ]]
}

@test "a map that fails behind its last answer is a failure of the run" {
  seq 3 >in
  run -123 --separate-stderr gf-pipeline --stage a -- sh -c 'cat; exit 3' <in
  [ "$output" = $'1\n2\n3' ]
  [[ $stderr == *"stage 'a': its command answered all and then failed: exit status 3" ]]
}

@test "a script whose interpreter is not there is found before anything is read" {
  printf '#!/bin/sh\r\ncat\r\n' >script
  chmod +x script
  seq 9 >in
  run -127 --separate-stderr gf-pipeline --dead d --stage a -- cat ::: --stage b -- ./script <in
  [ -z "$output" ]
  [ ! -s d ]
  run -127 gf-pipeline --check --stage b -- ./script
}

@test "a file of --stats-file that goes does not stop the data, and is an error" {
  mkdir s
  {
    seq 3
    while [ -e s ]; do sleep 0.05; done
    sleep 0.3
    seq 4 6
  } | {
    status=0
    gf-pipeline --stats-file s/f --stats-interval 50ms --stage a -- cat >out 2>err || status=$?
    echo "$status" >status
  } &
  until [ -e s/f ]; do sleep 0.05; done
  until rm -r s 2>/dev/null; do sleep 0.01; done
  wait $!
  [ "$(cat status)" = 125 ]
  [ "$(cat out)" = "$(seq 6)" ]
  grep -q "cannot write statistics to 's/f'" err
}

@test "--replay - reads letters from standard input; no output is called -" {
  seq 3 >in
  run -123 gf-pipeline -q --dead d --stage a --mode each -- sh -c 'read -r x; [ "$x" != 2 ] && echo "$x"' <in
  [ "$(gf-pipeline --replay - --stage a -- cat <d)" = 2 ]
  for line in '--dead - --stage a' '--events - --stage a' '--report - --stage a' '--stage a --tee -'; do
    # shellcheck disable=SC2086
    run -2 gf-pipeline $line -- cat <in
    [[ $output == *"writes to a file, and '-' names none"* ]]
  done
  [ ! -e - ]
}
