# gf-cron.bash - made by `make completions` from the option table; do not edit.

# Sets what the command $1 is made of.
_gf_cron_table() {
  options='' separate='' operands=- style=operand count=0 instead='' behind=''
  command=$1
  case $1 in
    gf-cron)
      options='-h --help -V --version'
      names='next explain check run once emit history pause resume trigger status show'
      style=names
      ;;
    next)
      options='-n --from --until --tz --dst --format --table --vixie-percent --id -q --quiet -v --verbose --color --no-sandbox -h --help -V --version'
      separate='-n --from --until --tz --dst --format --table --id'
      ;;
    explain)
      options='--from --tz --dst --id -q --quiet -v --verbose --color --no-sandbox -h --help -V --version'
      separate='--from --tz --dst --id'
      ;;
    check)
      options='--tz --vixie-percent -q --quiet -v --verbose --color --no-sandbox -h --help -V --version'
      separate='--tz'
      operands='@file'
      ;;
    run)
      options='-e --expr -n --times --tz --dst --vixie-percent --watch -j --jobs --drain --fail-on-error --output --log --ping --stats --stats-file -S --state --keep --lease -q --quiet -v --verbose --color -h --help -V --version'
      separate='-e --expr -n --times --tz --dst -j --jobs --drain --output --log --ping --stats-file -S --state --keep --lease'
      operands='@file'
      behind=yes
      ;;
    once)
      options='--tz --dst -q --quiet -v --verbose --color -h --help -V --version'
      separate='--tz --dst'
      behind=yes
      ;;
    emit)
      options='-n --tz --dst --vixie-percent -q --quiet -v --verbose --color -h --help -V --version'
      separate='-n --tz --dst'
      operands='@file'
      ;;
    history)
      options='-S --state --since --job --failed --format --tz -q --quiet -v --verbose --color -h --help -V --version'
      separate='-S --state --since --job --format --tz'
      ;;
    pause)
      options='-S --state -q --quiet -v --verbose --color -h --help -V --version'
      separate='-S --state'
      operands='@job'
      ;;
    resume)
      options='-S --state -q --quiet -v --verbose --color -h --help -V --version'
      separate='-S --state'
      operands='@job'
      ;;
    trigger)
      options='-S --state -q --quiet -v --verbose --color -h --help -V --version'
      separate='-S --state'
      operands='@job'
      ;;
    status)
      options='-S --state --format -q --quiet -v --verbose --color -h --help -V --version'
      separate='-S --state --format'
      ;;
    show)
      options='-o --output --days --from --format --tz --dst --vixie-percent -q --quiet -v --verbose --color --no-sandbox -h --help -V --version'
      separate='-o --output --days --from --format --tz --dst'
      operands='@file'
      ;;
  esac
}

# Sets what the option $1 of the command takes.
_gf_cron_values() {
  case $command:$1 in
    next:--tz) takes='@zone' ;;
    next:--dst) takes='debian skip' ;;
    next:--format) takes='rfc3339 epoch json' ;;
    next:--table) takes='@file' ;;
    next:--color) takes='auto always never' ;;
    explain:--tz) takes='@zone' ;;
    explain:--dst) takes='debian skip' ;;
    explain:--color) takes='auto always never' ;;
    check:--tz) takes='@zone' ;;
    check:--color) takes='auto always never' ;;
    run:--tz) takes='@zone' ;;
    run:--dst) takes='debian skip' ;;
    run:--output) takes='prefix raw json' ;;
    run:--log) takes='text json' ;;
    run:--stats) takes='text json prom' ;;
    run:--stats-file) takes='@file' ;;
    run:-S | run:--state) takes='@state.cron' ;;
    run:--color) takes='auto always never' ;;
    once:--tz) takes='@zone' ;;
    once:--dst) takes='debian skip' ;;
    once:--color) takes='auto always never' ;;
    emit:--tz) takes='@zone' ;;
    emit:--dst) takes='debian skip' ;;
    emit:--color) takes='auto always never' ;;
    history:-S | history:--state) takes='@state.cron' ;;
    history:--job) takes='@job' ;;
    history:--format) takes='tsv json' ;;
    history:--tz) takes='@zone' ;;
    history:--color) takes='auto always never' ;;
    pause:-S | pause:--state) takes='@state.cron' ;;
    pause:--color) takes='auto always never' ;;
    resume:-S | resume:--state) takes='@state.cron' ;;
    resume:--color) takes='auto always never' ;;
    trigger:-S | trigger:--state) takes='@state.cron' ;;
    trigger:--color) takes='auto always never' ;;
    status:-S | status:--state) takes='@state.cron' ;;
    status:--format) takes='tsv json' ;;
    status:--color) takes='auto always never' ;;
    show:-o | show:--output) takes='@file' ;;
    show:--format) takes='text svg' ;;
    show:--tz) takes='@zone' ;;
    show:--dst) takes='debian skip' ;;
    show:--color) takes='auto always never' ;;
    *) takes=- ;;
  esac
}

# The words up to the cursor. Bash cuts words at = and :, too; `at` is where each begins in COMP_WORDS.
_gf_cron_words() {
  local line=${COMP_LINE:0:COMP_POINT} i gap
  for ((i = 0; i <= COMP_CWORD; i++)); do
    gap=${line%%[![:space:]]*}
    line=${line#"$gap"}
    tail=${COMP_WORDS[i]}
    [ "$i" -lt "$COMP_CWORD" ] || tail=$line
    line=${line#"$tail"}
    if [ "$i" -gt 0 ] && [ -z "$gap" ] && [ -n "$tail" ]; then
      words[${#words[@]} - 1]+=$tail
    else
      words+=("$tail")
      at+=("$i")
    fi
  done
  [[ $tail != [=:]* ]] || tail=
}

# The option $1 was given with the value $2.
_gf_cron_given() {
  [[ " $instead " != *" $1 "* ]] || count=$((count - 1))
  [[ $1 != -S && $1 != --state ]] || state=$2
  return 0
}

# An option, or letters in one word. `option` is set when its argument is the next word.
_gf_cron_option() {
  local rest=${1#-}
  case $1 in
    --*=*) _gf_cron_given "${1%%=*}" "${1#*=}" && return ;;
    --*) [[ " $separate " != *" $1 "* ]] || option=$1 && return ;;
  esac
  while [ -n "$rest" ] && [[ " $separate " != *" -${rest:0:1} "* ]]; do rest=${rest:1}; done
  if [ "${#rest}" -gt 1 ]; then
    _gf_cron_given "-${rest:0:1}" "${rest:1}"
  else
    option=${rest:+-$rest}
  fi
}

# An operand, or the name of the next command.
_gf_cron_operand() {
  [ "$style" = names ] || return 0
  if [ "$taken" -lt "$count" ]; then
    taken=$((taken + 1))
  elif [[ " $names " == *" $1 "* ]]; then
    _gf_cron_table "$1"
    taken=0 ended=
  fi
}

_gf_cron_read() {
  local i word
  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [ -n "$option" ]; then
      _gf_cron_given "$option" "$word"
      option=
    elif [ -z "$ended" ] && [ "$word" = -- ]; then
      ended=yes
      [ -z "$behind" ] || { begins=$((i + 1)) && return; }
    elif [[ -z $ended && $word == -?* && ! ($style == names && ($taken -gt 0 || $word == -[0-9]*)) ]]; then
      _gf_cron_option "$word"
    elif [ "$style" = command ]; then
      begins=$i && return
    else
      _gf_cron_operand "$word"
    fi
  done
}

# From words[begins] on the line is completed as that of the command itself.
_gf_cron_command() {
  if declare -F _comp_command_offset >/dev/null; then
    _comp_command_offset "${at[begins]}"
  elif declare -F _command_offset >/dev/null; then
    _command_offset "${at[begins]}"
  elif [ "$begins" -lt $((${#words[@]} - 1)) ]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    compopt -o filenames 2>/dev/null
  else
    mapfile -t COMPREPLY < <(compgen -c -- "$cur")
  fi
}

_gf_cron_files() {
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
  compopt -o filenames 2>/dev/null
}

# The names of states: files and directories that end in $1, where the tool keeps them.
_gf_cron_states() {
  local dir=${HOME-}/.local/state path
  [[ ${XDG_STATE_HOME-} != /* ]] || dir=$XDG_STATE_HOME
  for path in "$dir"/gf/*"$1"; do
    path=${path##*/}
    [ "$path" = "*$1" ] || printf '%s\n' "${path%"$1"}"
  done
}

# The ids of the jobs in the state file that the line names.
_gf_cron_jobs() {
  local file=${state//[\'\"\\]/}
  [ -z "$file" ] || gf-cron status -S "${file/#\~\//$HOME/}" 2>/dev/null | cut -f 1
}

# The names of time zones. The second file is there where the first is not.
_gf_cron_zones() {
  local dir=${TZDIR:-/usr/share/zoneinfo}
  if [ -r "$dir/tzdata.zi" ]; then
    awk '$1 == "Z" { print $2 } $1 == "L" { print $3 }' "$dir/tzdata.zi"
  else
    awk -F '\t' '!/^#/ { print $3 }' "$dir/zone1970.tab" 2>/dev/null
  fi
}

# Offers the lines of standard input that begin as the word does.
_gf_cron_lines() {
  local line
  while IFS= read -r line; do
    [[ -z $line || $line != "$cur"* ]] || COMPREPLY+=("$(printf %q "$line")")
  done
}

_gf_cron_offer() {
  case $takes in
    -) ;;
    @file)
      _gf_cron_files -f
      [[ ${#COMPREPLY[@]} -gt 0 || $cur != +* ]] || mapfile -t COMPREPLY < <(compgen -P + -f -- "${cur#+}")
      ;;
    @dir) _gf_cron_files -d ;;
    @state.*) if [[ $cur == */* ]]; then _gf_cron_files -f; else _gf_cron_lines < <(_gf_cron_states "${takes#@state}"); fi ;;
    @job) _gf_cron_lines < <(_gf_cron_jobs) ;;
    @zone) _gf_cron_lines < <(_gf_cron_zones) ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$takes" -- "$cur") ;;
  esac
}

# Sets what the last word may be, and `cur` to the part of it that is completed.
_gf_cron_next() {
  if [ -n "$option" ]; then
    _gf_cron_values "$option"
  elif [[ -z $ended && $cur == --*=* ]]; then
    _gf_cron_values "${cur%%=*}"
    cur=${cur#*=}
  elif [[ -z $ended && $cur == -[!-]?* && " $separate " == *" ${cur:0:2} "* ]]; then
    _gf_cron_values "${cur:0:2}"
    cur=${cur:2}
  elif [[ -z $ended && $cur == -* && ! ($style == names && $taken -gt 0) ]]; then
    takes=$options
  elif [[ $style == names && $taken -ge $count ]]; then
    takes=$names
  elif [ "$style" = command ]; then
    begins=$((${#words[@]} - 1))
  else
    takes=$operands
  fi
}

_gf_cron() {
  local words=() at=() tail='' names='' option='' ended='' begins='' state='' takes=- taken=0
  local command options separate operands style count instead behind word cur
  COMPREPLY=()
  _gf_cron_words
  _gf_cron_table gf-cron
  _gf_cron_read
  word=${words[${#words[@]} - 1]}
  cur=$word
  [ -n "$begins" ] || _gf_cron_next
  if [ -n "$begins" ]; then
    _gf_cron_command
    return
  fi
  _gf_cron_offer
  # Bash replaces `tail` alone, not the whole word.
  COMPREPLY=("${COMPREPLY[@]/#/"${word%"$cur"}"}")
  COMPREPLY=("${COMPREPLY[@]#"${word%"$tail"}"}")
}
complete -F _gf_cron gf-cron
