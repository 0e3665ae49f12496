# shellcheck shell=bash disable=SC2034,SC2154
# pipeline_faults.bash - tables of what a stage of gf-pipeline can do wrong: `load pipeline_faults`, behind helper.
#
# A line of a table is a mode and what the cell comes to with aid/misfit as the command of the stage:
#
#   MODE STATUS KEPT REASONS [OPTION...]
#
# MODE map, each and batch (of 4) are asked with -j1 and with -j3. STATUS is the exit status, or several with
# `|` between them. REASONS are those of the dead letters, with commas, `-` where there is none, `*` where they
# depend on what was where. KEPT says what must be true of all records that were read:
#
#   once    each is one line of the output, or the origin of one dead letter; never both, never twice
#   some    the same, but several lines may stand for one record: each is there, or all of its letter
#   lines   lines and dead letters are as many as records (where a record is answered with another's text)
#   out     all are in the output
#   -       nothing: what a filter makes of its input is its own
#
# In all cells the tool ends by itself, nothing of it is left running, its own balance holds, and without
# --unordered the records of the output are in the order of the input. `fault` is the misfit's words, `records`
# how many there are. The cells of a table run at the same time.

patience=50

input() { seq -f 'r%02.0f' "${records:-12}" >in; }

# launch NAME OPTION...: one cell in the background. The word of the environment finds what it leaves behind.
launch() {
  local name=$1
  shift
  mkdir "$name"
  (
    cd "$name" || exit
    rc=0
    PIPELINE_CELL=$PWD timeout -s KILL "$patience" gf-pipeline --dead dead --events events "$@" \
      <../in >out 2>err &
    echo "$!" >pid
    wait "$!" || rc=$?
    echo "$rc" >rc
  ) 3>&- &
}

# cells: starts those of the table on standard input, and notes what each comes to.
cells() {
  local mode status kept reasons options jobs name word how of_run of_stage
  while read -r mode status kept reasons options; do
    [ -n "$mode" ] || continue
    for jobs in 1 3; do
      [ "$mode:$jobs" != filter:3 ] || continue
      case $mode in batch) how=(--mode batch=4 -j "$jobs") ;; filter) how=(--mode filter) ;; *) how=(--mode "$mode" -j "$jobs") ;; esac
      name=$((++cell)).$mode.j$jobs
      of_run=() of_stage=()
      for word in $options; do
        case $word in --on-crash-loop=* | --max-record=*) of_run+=("$word") ;; *) of_stage+=("$word") ;; esac
      done
      # shellcheck disable=SC2086
      launch "$name" "${whole[@]}" "${of_run[@]}" "${before[@]}" --stage bad "${how[@]}" "${of_stage[@]}" -- \
        "$GF_AID/misfit" $fault "${behind[@]}"
      echo "$name $status $kept $reasons $options" >>table
    done
  done
}

none_left() { ! grep -lsxz "PIPELINE_CELL=$PWD" /proc/[0-9]*/environ; }

# holds KEPT: of the records that were read.
holds() {
  case $1 in
  once | some)
    sort out origins >all
    [ "$1" = once ] || sort -u -o all all
    cmp came all && in_order
    ;;
  lines) [ $(($(wc -l <out) + $(wc -l <origins))) = "$(wc -l <came)" ] ;;
  out) cmp came <(sort out) && in_order ;;
  esac
}

in_order() { [ -n "$unordered" ] || sort -c out; }

# verdict NAME STATUS KEPT REASONS: of one cell, from its directory.
verdict() {
  local rc told
  rc=$(cat rc)
  [[ "|$2|" == *"|$rc|"* ]] || fails "status $rc, not $2" || return
  ! grep -e 'a fault of ours' -e 'Sanitizer' -e 'runtime error' err || return
  until_true none_left || fails 'something is left running' || return
  : >>dead
  jq -r '.origin, "=" + .reason' dead >told
  sed '/^=/d' told >origins
  head -n "$(sed -n 's/.*"event":"end".*"records":\([0-9]*\).*/\1/p' events)" ../in >came
  holds "$3" || fails "'$3' does not hold: $(wc -l <out) lines, $(wc -l <origins) origins of $(wc -l <came) records" || return
  told=$(sed -n 's/^=//p' told | sort -u | paste -sd,)
  [ "$4" = '*' ] || [ "${told:--}" = "$4" ] || fails "reasons ${told:--}, not $4"
}

judge() {
  local name line wrong=''
  wait
  while read -r -a line; do
    (
      trap - ERR DEBUG
      set +eET
      cd "${line[0]}" && verdict "${line[@]:0:4}" && : >holds
    ) >"${line[0]}.told" 2>&1 3>&- &
  done <table
  wait
  while read -r -a line; do
    name=${line[0]}
    [ ! -e "$name/holds" ] || continue
    wrong="$wrong $name"
    echo "--- ${line[*]} (misfit $fault): $(cat "$name.told")" >&2
    tail -n 5 "$name/err" >&2
  done <table
  [ -z "$wrong" ]
}

# table FAULT [AT]: the lines on standard input, each as it is, are cells; all must hold.
table() {
  cell=0 fault=$*
  input
  cells
  judge
}

whole=() before=() behind=() unordered=''
