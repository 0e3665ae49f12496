#!/usr/bin/env bats
# pipeline_words.bats - the words of gf-pipeline: what is refused and how, --check, --print, --chain, --sep.

load helper

# refused STATUS TEXT WORD...: the line ends with STATUS and says TEXT; of its input nothing was read, and nothing
# is made or printed.
refused() {
  local want=$1 text=$2
  shift 2
  seq 9 >in
  rm -rf made && mkdir made
  run --separate-stderr bash -c 'cd made; "$@" <&7; echo "status $?"; grep "pos:.*[^0-9]0$" /proc/self/fdinfo/7 >/dev/null && echo unread' - \
    gf-pipeline "$@" 7<in
  [ "$output" = "status $want"$'\nunread' ] || fails "$*: $output $stderr"
  case $stderr in
    "gf-pipeline: "*"$text"*) ;;
    *) fails "$*: no '$text' in: $stderr" ;;
  esac
  [ -z "$(ls -A made)" ] || fails "$*: made $(ls -A made)"
}

# ---- what a stage is made of ----------------------------------------------------------------------

@test "words: a stage has a name, a -- and a command" {
  refused 2 "'cat' is of no stage" cat
  refused 2 "'cat' is of no stage" -- cat
  refused 2 "':::' is of no stage" ::: --stage a -- cat
  refused 2 "option '--stage' needs an argument: NAME" --stage
  refused 2 "stage 'a' has no command" --stage a
  refused 2 "the command of stage 'a' has no -- in front: 'cat'" --stage a cat
  refused 2 "the command of stage 'a' has no -- in front: 'cat'" --stage a -j 2 cat -- x
  refused 2 "stage 'a' has no command behind its --" --stage a --
  refused 2 "stage 'a' has no command behind its --" --stage a -- ::: --stage b -- cat
  refused 2 'a stage has an empty name' --stage '' -- cat
  refused 2 'a stage has an empty name' --stage= -- cat
  refused 2 'there is no stage behind the last :::' --stage a -- cat :::
  refused 2 'a stage begins with --stage NAME' --stage a -- cat ::: cat
  refused 2 'a stage begins with --stage NAME' --stage a -- cat ::: -j 2 --stage b -- cat
  refused 2 "option '--stage' is given twice" --stage a --stage b -- cat
}

@test "words: two stages of one name are refused" {
  refused 2 "two stages have the name 'a'" --stage a -- cat ::: --stage b -- cat ::: --stage a -- cat
  [[ $stderr == *"stage 3, 'a'"* ]]
  refused 2 "two stages have the name 'a b'" --stage 'a b' -- cat ::: --stage='a b' -- cat
}

@test "words: a bad value is shown with its place, and the stage it is in" {
  refused 2 "bad value of -t '5parsec': unknown unit 'parsec'" --stage a -- cat ::: --stage b -t 5parsec -- cat
  [[ $stderr == *$'\n  5parsec\n   ^~~~~~\n'* ]]
  [[ $stderr == *"stage 2, 'b'"* ]]
  refused 2 "bad value of -t '-1s'" --stage a -t -1s -- cat
  refused 2 'a limit of 0 would end every record at once' --stage a -t 0 -- cat
  refused 2 'no answer comes within a latency of 0' --latency 0 --stage a -- cat
  refused 2 '--mode batch needs a number' --stage a --mode batch -- cat
  refused 2 "bad value of --mode 'batch=0'" --stage a --mode batch=0 -- cat
  refused 2 "bad value of --mode 'batch=2,3x'" --stage a --mode batch=2,3x -- cat
  [[ $stderr == *$'\n  batch=2,3x\n           ^\n'* ]]
  refused 2 "bad value of --mode 'maps'" --stage a --mode maps -- cat
  [[ $stderr == *'--mode is one of map, filter, each, batch=N[,DUR]'* ]]
  refused 2 "'0'" --stage a -j 0 -- cat
  refused 2 "'0'" --stage a --by 0 -- cat
  refused 2 "'0'" --stage a --window 0 -- cat
  refused 2 "'65537'" --stage a --window 65537 -- cat
  refused 2 "'never'" --stage a --on-error never -- cat
  refused 2 "'0'" --stage a --mode each --reject-status 0 -- cat
  refused 2 '--reject-prefix is empty, and would refuse all' --stage a --reject-prefix '' -- cat
  refused 2 '--total-timeout: the time is 0' --total-timeout 0 --stage a -- cat
  refused 2 "'maybe'" --on-crash-loop maybe --stage a -- cat
  refused 2 '--tee is of one stage: it stands behind a --stage' --tee f --stage a -- cat
  refused 2 "option '--tee' is given twice" --stage a --tee f --tee g -- cat
}

@test "words: an option of the whole is told where it stands, behind a --stage" {
  local option n=0
  while read -r option; do
    refused 2 "unknown option '$option'" --stage a "$option" x -- cat
    [[ $stderr == *"hint: $option of the whole stands before the first --stage"* ]] || fails "$option: $stderr"
    n=$((n + 1))
  done < <(gf-pipeline --gf-dump | awk -F '\t' '
    # Those of stages are the group "each stage" and two more.
    $1 == "group" { stage = $3 == "each stage" }
    $1 == "option" && !stage && $4 !~ /^(stage|tee|help|version)$/ {
      if ($3 != "-") print "-" $3
      if ($4 != "-") print "--" $4 }')
  [ "$n" -gt 20 ]
  refused 2 "unknown option '-k'" --stage a -k -- cat
  [[ $stderr == *'-k of GNU parallel is not needed'* ]]
  refused 2 "unknown option '--versoin'" --stage a --versoin -- cat
  [[ $stderr == *"did you mean '--version'?"* ]]
  [[ $(gf-pipeline --stage a --help) == 'usage: gf-pipeline --stage NAME'* ]]
  [[ $(gf-pipeline --stage a --version) == 'gf-pipeline (gf) '* ]]
}

@test "words: a command that is not found is 127, one that cannot run 126, before anything is read" {
  refused 127 "command not found: 'catt'" --stage a -- cat ::: --stage b -- catt
  [[ $stderr == *"did you mean 'cat'?"* ]]
  [[ $stderr == *"stage 2, 'b'"* ]]
  refused 127 "command not found: ''" --stage a -- ''
  refused 127 "command not found: '--'" --stage a -- -- cat
  refused 127 "command not found: './no'" --stage a -- ./no
  refused 126 "cannot run '../in': Permission denied" --stage a -- ../in
  refused 126 "cannot run '/'" --stage a -- /
  # Neither a dead letter file nor a tap is made then.
  refused 127 'command not found' --dead d --commit c --events e --stage a --tee t -- catt
}

# ---- options and modes ----------------------------------------------------------------------------

@test "words: each option of a stage goes with the modes that can have it, and is refused by the others" {
  # OPTION VALUE, then the modes of map, filter, each and batch that have it.
  local option value modes mode ok
  while read -r option value modes; do
    [ "$value" != . ] || value=
    for mode in map filter each batch=2; do
      ok=0
      [[ $modes == *"${mode:0:1}"* ]] || ok=2
      # shellcheck disable=SC2086 # -d has a second word, and flags have no value
      run gf-pipeline --check --stage s --mode $mode $option ${value//_/ } -- cat
      [ "$status" = $ok ] || fails "$mode $option $value: status $status, not $ok: $output"
      [ $ok = 0 ] || expect_text "stage 's': $option"
      [ $ok = 0 ] || expect_text "does not go with --mode ${mode%=2}"
    done
  done <<'END'
-j 1 mfeb
-j 2 meb
-t 1s meb
--kill-after 1s mfeb
--retries 1 meb
--on-error dead meb
--on-error pass meb
--on-error drop meb
--on-error stop mfeb
--reject-prefix x me
--reject-status 3 e
--drop-empty . meb
--by 1 me
--window 2 m
--latency 1s m
--tee f mfeb
END
  run gf-pipeline --check --stage s --retry-delay 1s -- cat
  expect_status 2
  expect_text '--retry-delay needs --retries'
  run gf-pipeline --check --stage s -d , -- cat
  expect_status 2
  expect_text '-d needs --by'
  run gf-pipeline --check --stage s --window 2 --latency 1s -- cat
  expect_status 2
  expect_text '--window does not go with --latency'
  run gf-pipeline --check --stage s --mode filter --retries 1 --retry-delay 1 --by 1 -d , -- cat
  expect_status 2
  for option in --retries --retry-delay --by -d; do expect_text "stage 's': $option does not go"; done
}

@test "words: what is said for all stages gives way to a stage's own word, and to its mode" {
  run -0 gf-pipeline -j 3 -t 2s --retries 4 --retry-delay 1s --on-error drop --window 5 --reject-prefix x --reject-status 3 \
    --by 1 -d , --drop-empty --print --stage a -- cat ::: --stage b --mode filter -- cat ::: --stage c --mode each -j 1 -- cat \
    ::: --stage d --mode batch=2 --on-error dead -- cat ::: --stage e --latency 9ms --retries 0 -- cat
  cat >want <<'END'
--stage a --mode map -j 3 -t 2 --retries 4 --retry-delay 1 --on-error drop --reject-prefix x --drop-empty --by 1 -d '\x2C' --window 5 -- cat
--stage b --mode filter -- cat
--stage c --mode each -t 2 --retries 4 --retry-delay 1 --on-error drop --reject-prefix x --reject-status 3 --drop-empty --by 1 -d '\x2C' -- cat
--stage d --mode batch=2 -j 3 -t 2 --retries 4 --retry-delay 1 --drop-empty -- cat
--stage e --mode map -j 3 -t 2 --on-error drop --reject-prefix x --drop-empty --by 1 -d '\x2C' --latency 0.009 -- cat
END
  diff want <(printf '%s\n' "$output")
  # What needs an option has it from there.
  gf-pipeline --retries 1 --by 2 --check --stage a --retry-delay 1s -d , -- cat
}

@test "words: what is said for all stages is not passed over in silence" {
  for option in '-t 1' '-j 2' '--retries 1' '--mode each' '--window 3' '--on-error drop' --drop-empty '--by 1' '--kill-after 1'; do
    # shellcheck disable=SC2086
    refused 2 "${option%% *} is for stages, and there is none" $option
  done
  refused 2 '-t is for no stage: none is of a mode that can have it' -t 1 --stage a --mode filter -- cat
  refused 2 '--reject-status is for no stage' --reject-status 3 --stage a -- cat ::: --stage b --mode filter -- cat
  refused 2 '--window does not go with --latency' --window 3 --latency 1s --stage a -- cat
}

@test "words: a filter among the stages refuses --commit and --total-timeout" {
  refused 2 '--commit does not go with --mode filter' --commit c --dead d --stage a -- cat ::: --stage b --mode filter -- cat
  [[ $stderr == *"stage 2, 'b'"* ]]
  refused 2 '--total-timeout does not go with --mode filter' --total-timeout 3 --stage a --mode filter -- cat
  refused 2 '--commit needs --dead' --commit c --stage a -- cat
  refused 2 '--commit needs --dead' --commit c --on-error drop --stage a -- cat ::: --stage b --on-error dead -- cat
  gf-pipeline --commit c --on-error drop --check --stage a -- cat
  [ ! -e c ]
}

# ---- --check -------------------------------------------------------------------------------------

@test "words: --check says all that is wrong, and what is right is 0 and silent" {
  run --separate-stderr -0 gf-pipeline --check --stage a -- cat ::: --stage b --mode each -j 2 -- sort <&-
  [ -z "$output$stderr" ]
  refused 2 "bad value of -t '-1s'" --check --stage a -t -1s -- catt ::: --stage b -j x -- cat ::: --stage b --mode filter -t 2 \
    -- sedd ::: --stage c cat ::: --stage d -- sortt
  for text in "bad value of -j 'x'" "stage 'b': -t does not go with --mode filter" "two stages have the name 'b'" \
    "the command of stage 'c' has no -- in front" "command not found: 'sedd'" "command not found: 'sortt'" \
    "stage 1, 'a'" "stage 2, 'b'" "stage 3, 'b'" "stage 4, 'c'" "stage 5, 'd'"; do
    [[ $stderr == *"$text"* ]] || fails "no '$text' in: $stderr"
  done
  refused 127 "command not found: 'catt'" --check --stage a -- catt ::: --stage b -- sedd
  [[ $stderr == *"command not found: 'sedd'"* ]]
  printf -- '--stage a -- catt\n\n--stage b -t x -- cat\n' >../chain.tmp && mv ../chain.tmp .
  refused 2 "command not found: 'catt'" --check --chain ../chain.tmp
  [[ $stderr == *'line 1 of the chain file'*  && $stderr == *'line 3 of the chain file'* ]] || fails "$stderr"
}

# ---- --print and --chain --------------------------------------------------------------------------

# again WORD...: the stages that --print shows read back as the same, whose commands have the same words.
again() {
  gf-pipeline --print "$@" >first || fails "$*"
  gf-pipeline --print --chain first >second || fails "$*: $(<first)"
  cmp first second || fails "$*: $(<first)"
}

@test "words: --print reads back as the same stages" {
  again --stage 'a b' -j 7 -t 1.5m --kill-after 250ms --retries 2 --retry-delay '1s,x2,max 1m,jitter' --on-error pass \
    --reject-prefix '# no' --drop-empty --by 3 -d , --window 9 --tee "it's" -- cat '' "a'b" ::: --stage b --mode each \
    --reject-status 3,10-12 --on-error drop -- sort -u ::: --stage c --mode batch=9,1.5s --on-error stop -- cat \
    ::: --stage d --mode filter -- cat ::: --stage e --latency 1ms -- cat
  cat >want <<'END'
--stage 'a b' --mode map -j 7 -t 90 --kill-after 0.25 --retries 2 --retry-delay '1,x2,max 60,jitter' --on-error pass --reject-prefix '# no' --drop-empty --by 3 -d '\x2C' --window 9 --tee 'it'\''s' -- cat '' 'a'\''b'
--stage b --mode each --on-error drop --reject-status 3,10,11,12 -- sort -u
--stage c --mode batch=9,1.5 --on-error stop -- cat
--stage d --mode filter -- cat
--stage e --mode map --latency 0.001 -- cat
END
  diff want first
  again --stage a -- cat
  again --stage 'a b' --mode each -j 7 -- cat 'x y' ::: --stage "c'd" --mode batch=9,1.5s -- cat
  again --stage a -t 1.5m --kill-after 250ms --retries 2 --retry-delay '1s,x2,max 1m,jitter' --on-error pass -- cat
  again --stage a --mode each --reject-status 1,3,10-19,255 --reject-prefix '# no' --drop-empty -- cat
  for separator in ',' '\t' '\x00' ' ' "'" '"' '\\' blank ab; do
    gf-pipeline --check --stage a --by 3 -d "$separator" -- cat 2>/dev/null || continue
    again --stage a --by 3 -d "$separator" -- cat
  done
  again --stage a --window 9 --tee "it's here" -- cat
  again --stage a --latency 1ms -- cat ::: --stage b --mode filter -- cat
  again --stage '#' -- cat '#x' x#y
  again --stage $'two\nlines' -- cat $'a\nb' $'\n' $'c\r\nd' $'\r'
  again --stage a -- cat '' ' ' "'" "''" '"' '\' '\\' $'\t' '$HOME' '`x`' '*' '~' ::::
  again --stage $'\xff\xfe' -- cat $'\x80\x01' $'\xc3\xa4'
}

@test "words: the words of a command pass --print and --chain as they are, and no shell sees them" {
  words=('' ' ' 'a b' "it's" '"' '\' '\\' $'a\nb' $'\n' $'c\r\nd' $'\t' '#' '#x' '$HOME' '`x`' '*' '~' '::::' '--' '-x' $'\xff')
  printf '%s\0' "${words[@]}" >want
  gf-pipeline --print --stage a --mode each -- sh -c 'cat >/dev/null; printf "%s\0" "$@" >got' sh "${words[@]}" >chain
  echo x | gf-pipeline --chain chain >/dev/null
  cmp want got
  rm got
  echo x | gf-pipeline --stage a --mode each -- sh -c 'cat >/dev/null; printf "%s\0" "$@" >got' sh "${words[@]}" >/dev/null
  cmp want got
}

@test "words: a chain file has a stage a line, with comments, quotes, CR LF and continued lines" {
  printf '%s\n' '# all of it' '' '  --stage up -- tr a-z A-Z   # not a word' \
    "--stage 'tag it' -- sed -u \"s/^/> /\"" '--stage end \' '   -- \' ' cat' '#' >chain
  [ "$(printf 'a\nb\n' | gf-pipeline --on-error stop --mode filter --chain chain)" = $'> A\n> B' ]
  printf -- '--stage a --mode each -- printf "%%s|" "a\\"b" "\\$x" '"'c\\d'"' e\\ f x#y ::: \r\n--stage b --mode each -- cat\r\n' >chain
  [ "$(echo | gf-pipeline --chain chain)" = 'a"b|$x|c\d|e f|x#y|:::|' ]
  printf -- '--stage a \\\r\n --mode each \\\r\n -- echo "c \\\r\nd"' >chain
  [ "$(echo | gf-pipeline --chain chain)" = 'c d' ]
  printf -- '--stage a -- cat' >chain # its last line does not end
  [ "$(echo x | gf-pipeline --chain chain)" = x ]
  [ "$(gf-pipeline --print --chain - <chain)" = '--stage a --mode map -- cat' ]
  gf-pipeline --check --chain /dev/null
}

@test "words: what is wrong in a chain file is told with its line" {
  chain() { printf '%b' "$1" >chain; }
  chain '--stage a -- cat\n\n--stage b -t x -- cat\n'
  refused 2 "bad value of -t 'x'" --chain ../chain
  [[ $stderr == *'in line 3 of the chain file'* ]]
  chain "--stage a -- cat\n--stage b -- cat 'x\ny\n"
  refused 2 "chain '../chain', line 2: the quote that begins there is not closed" --chain ../chain
  chain '--stage a -- cat\n--stage b -- cat x\0y\n'
  refused 2 "chain '../chain', line 2: a NUL is in a word" --chain ../chain
  chain '--stage a -- cat\n--stage \\\n b \\\n cat\n'
  refused 2 "the command of stage 'b' has no -- in front" --chain ../chain
  [[ $stderr == *'in line 2 of the chain file'* ]]
  chain '--stage a -- cat\n::: --stage b -- cat\n'
  refused 2 'a stage begins with --stage NAME' --chain ../chain
  chain '-j 2\n--stage a -- cat\n'
  refused 2 'a stage begins with --stage NAME' --chain ../chain
  refused 125 "'nowhere'" --chain nowhere
  refused 125 "'.'" --chain .
  refused 2 '--chain does not go with --stage' --chain ../chain --stage a -- cat
  refused 2 '--chain - reads the stages from standard input' --chain -
}

# ---- --sep ---------------------------------------------------------------------------------------

@test "words: --sep stands where a command needs ::: itself" {
  [ "$(echo x | gf-pipeline --sep @ --stage a --mode each -- printf '%s ' ::: a @ --stage b -- cat)" = '::: a ' ]
  refused 2 'there is no stage behind the last @' --sep @ --stage a -- cat @
  refused 2 '--sep needs --stage' --sep @
  refused 2 '--sep needs --stage' --sep @ --chain f
  [ "$(gf-pipeline --sep @ --print --stage a -- echo ::: @ --stage b -- cat)" = $'--stage a --mode map -- echo :::\n--stage b --mode map -- cat' ]
}

@test "words: options of the commands are the commands'" {
  [ "$(printf 'aab\n' | gf-pipeline --stage a --mode each -- tr -s a ::: --stage b --mode each -- sed -s s/b/-j/)" = a-j ]
  [ "$(echo x | gf-pipeline --stage a --mode each -- echo --stage b -- -j 2 --help)" = '--stage b -- -j 2 --help' ]
}
