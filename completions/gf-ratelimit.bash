# gf-ratelimit.bash - made by `make completions` from the option table; do not edit.

# Sets what the command $1 is made of.
_gf_ratelimit_table() {
  options='' separate='' operands=- style=operand count=0 instead='' behind=''
  command=$1
  case $1 in
    gf-ratelimit)
      options='-r --rate -b --burst --initial --slack --strict --ramp --jitter --pause -c --cost --max-cost-time -d --delimiter -0 --null -o --output -K --key --key-rates --ordered --max-keys -w --wait --drop --reject --fail --leaky --buffer --report-drops --drop-marker -S --state --group --on-outage --batch --check --take --for --status --format --set --set-burst --reset --load --memfree --feedback --feedback-from-start --min --stats --stats-file -q --quiet -v --verbose --color --no-sandbox -h --help -V --version'
      separate='-r --rate -b --burst --initial --slack --ramp --jitter --pause -c --cost --max-cost-time -d --delimiter -o --output -K --key --key-rates --max-keys -w --wait --reject --buffer --report-drops --drop-marker -S --state --group --on-outage --batch --take --for --format --set --set-burst --load --memfree --feedback --min --stats-file'
      operands='@file'
      behind=yes
      ;;
  esac
}

# Sets what the option $1 of the command takes.
_gf_ratelimit_values() {
  case $command:$1 in
    gf-ratelimit:-c | gf-ratelimit:--cost) takes='bytes' ;;
    gf-ratelimit:-o | gf-ratelimit:--output) takes='@file' ;;
    gf-ratelimit:--key-rates) takes='@file' ;;
    gf-ratelimit:--reject) takes='@file' ;;
    gf-ratelimit:-S | gf-ratelimit:--state) takes='@state.rate' ;;
    gf-ratelimit:--on-outage) takes='wait open local: fail' ;;
    gf-ratelimit:--format) takes='text json' ;;
    gf-ratelimit:--feedback) takes='@file' ;;
    gf-ratelimit:--stats) takes='text json prom' ;;
    gf-ratelimit:--stats-file) takes='@file' ;;
    gf-ratelimit:--color) takes='auto always never' ;;
    *) takes=- ;;
  esac
}

# The words up to the cursor. Bash cuts words at = and :, too; `at` is where each begins in COMP_WORDS.
_gf_ratelimit_words() {
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
_gf_ratelimit_given() {
  [[ " $instead " != *" $1 "* ]] || count=$((count - 1))
  return 0
}

# An option, or letters in one word. `option` is set when its argument is the next word.
_gf_ratelimit_option() {
  local rest=${1#-}
  case $1 in
    --*=*) _gf_ratelimit_given "${1%%=*}" "${1#*=}" && return ;;
    --*) [[ " $separate " != *" $1 "* ]] || option=$1 && return ;;
  esac
  while [ -n "$rest" ] && [[ " $separate " != *" -${rest:0:1} "* ]]; do rest=${rest:1}; done
  if [ "${#rest}" -gt 1 ]; then
    _gf_ratelimit_given "-${rest:0:1}" "${rest:1}"
  else
    option=${rest:+-$rest}
  fi
}

_gf_ratelimit_read() {
  local i word
  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [ -n "$option" ]; then
      _gf_ratelimit_given "$option" "$word"
      option=
    elif [ -z "$ended" ] && [ "$word" = -- ]; then
      ended=yes
      [ -z "$behind" ] || { begins=$((i + 1)) && return; }
    elif [[ -z $ended && $word == -?* && ! ($style == names && ($taken -gt 0 || $word == -[0-9]*)) ]]; then
      _gf_ratelimit_option "$word"
    elif [ "$style" = command ]; then
      begins=$i && return
    fi
  done
}

# From words[begins] on the line is completed as that of the command itself.
_gf_ratelimit_command() {
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

_gf_ratelimit_files() {
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
  compopt -o filenames 2>/dev/null
}

# The names of states: files and directories that end in $1, where the tool keeps them.
_gf_ratelimit_states() {
  local dir=${HOME-}/.local/state path
  [[ ${XDG_STATE_HOME-} != /* ]] || dir=$XDG_STATE_HOME
  for path in "$dir"/gf/*"$1"; do
    path=${path##*/}
    [ "$path" = "*$1" ] || printf '%s\n' "${path%"$1"}"
  done
}

# Offers the lines of standard input that begin as the word does.
_gf_ratelimit_lines() {
  local line
  while IFS= read -r line; do
    [[ -z $line || $line != "$cur"* ]] || COMPREPLY+=("$(printf %q "$line")")
  done
}

_gf_ratelimit_offer() {
  case $takes in
    -) ;;
    @file)
      _gf_ratelimit_files -f
      [[ ${#COMPREPLY[@]} -gt 0 || $cur != +* ]] || mapfile -t COMPREPLY < <(compgen -P + -f -- "${cur#+}")
      ;;
    @dir) _gf_ratelimit_files -d ;;
    @state.*) if [[ $cur == */* ]]; then _gf_ratelimit_files -f; else _gf_ratelimit_lines < <(_gf_ratelimit_states "${takes#@state}"); fi ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$takes" -- "$cur") ;;
  esac
}

# Sets what the last word may be, and `cur` to the part of it that is completed.
_gf_ratelimit_next() {
  if [ -n "$option" ]; then
    _gf_ratelimit_values "$option"
  elif [[ -z $ended && $cur == --*=* ]]; then
    _gf_ratelimit_values "${cur%%=*}"
    cur=${cur#*=}
  elif [[ -z $ended && $cur == -[!-]?* && " $separate " == *" ${cur:0:2} "* ]]; then
    _gf_ratelimit_values "${cur:0:2}"
    cur=${cur:2}
  elif [[ -z $ended && $cur == -* && ! ($style == names && $taken -gt 0) ]]; then
    takes=$options
  elif [ "$style" = command ]; then
    begins=$((${#words[@]} - 1))
  else
    takes=$operands
  fi
}

_gf_ratelimit() {
  local words=() at=() tail='' names='' option='' ended='' begins='' state='' takes=- taken=0
  local command options separate operands style count instead behind word cur
  COMPREPLY=()
  _gf_ratelimit_words
  _gf_ratelimit_table gf-ratelimit
  _gf_ratelimit_read
  word=${words[${#words[@]} - 1]}
  cur=$word
  [ -n "$begins" ] || _gf_ratelimit_next
  if [ -n "$begins" ]; then
    _gf_ratelimit_command
    return
  fi
  _gf_ratelimit_offer
  # Bash replaces `tail` alone, not the whole word.
  COMPREPLY=("${COMPREPLY[@]/#/"${word%"$cur"}"}")
  COMPREPLY=("${COMPREPLY[@]#"${word%"$tail"}"}")
}
complete -F _gf_ratelimit gf-ratelimit
