# gf-sem.bash - made by `make completions` from the option table; do not edit.

# Sets what the command $1 is made of.
_gf_sem_table() {
  options='' separate='' operands=- style=operand count=0 instead='' behind=''
  command=$1
  case $1 in
    gf-sem)
      options='-j --permits -S --state --weight --shared --exclusive --fd -n --no-wait -w --max-wait -E --conflict-exit-code --priority --eager --replace --cancel-running --kill-after --lease --on-lease-lost --close --label --status --group --format --set --wait-all -q --quiet -v --verbose --color -h --help -V --version'
      separate='-j --permits -S --state --weight --fd -w --max-wait -E --conflict-exit-code --priority --eager --kill-after --lease --on-lease-lost --label --group --format --set'
      style=command
      ;;
  esac
}

# Sets what the option $1 of the command takes.
_gf_sem_values() {
  case $command:$1 in
    gf-sem:-S | gf-sem:--state) takes='@state.sem' ;;
    gf-sem:--on-lease-lost) takes='term warn' ;;
    gf-sem:--format) takes='text json' ;;
    gf-sem:--color) takes='auto always never' ;;
    *) takes=- ;;
  esac
}

# The words up to the cursor. Bash cuts words at = and :, too; `at` is where each begins in COMP_WORDS.
_gf_sem_words() {
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
_gf_sem_given() {
  [[ " $instead " != *" $1 "* ]] || count=$((count - 1))
  return 0
}

# An option, or letters in one word. `option` is set when its argument is the next word.
_gf_sem_option() {
  local rest=${1#-}
  case $1 in
    --*=*) _gf_sem_given "${1%%=*}" "${1#*=}" && return ;;
    --*) [[ " $separate " != *" $1 "* ]] || option=$1 && return ;;
  esac
  while [ -n "$rest" ] && [[ " $separate " != *" -${rest:0:1} "* ]]; do rest=${rest:1}; done
  if [ "${#rest}" -gt 1 ]; then
    _gf_sem_given "-${rest:0:1}" "${rest:1}"
  else
    option=${rest:+-$rest}
  fi
}

_gf_sem_read() {
  local i word
  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [ -n "$option" ]; then
      _gf_sem_given "$option" "$word"
      option=
    elif [ -z "$ended" ] && [ "$word" = -- ]; then
      ended=yes
      [ -z "$behind" ] || { begins=$((i + 1)) && return; }
    elif [[ -z $ended && $word == -?* && ! ($style == names && ($taken -gt 0 || $word == -[0-9]*)) ]]; then
      _gf_sem_option "$word"
    elif [ "$style" = command ]; then
      begins=$i && return
    fi
  done
}

# From words[begins] on the line is completed as that of the command itself.
_gf_sem_command() {
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

_gf_sem_files() {
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
  compopt -o filenames 2>/dev/null
}

# The names of states: files and directories that end in $1, where the tool keeps them.
_gf_sem_states() {
  local dir=${HOME-}/.local/state path
  [[ ${XDG_STATE_HOME-} != /* ]] || dir=$XDG_STATE_HOME
  for path in "$dir"/gf/*"$1"; do
    path=${path##*/}
    [ "$path" = "*$1" ] || printf '%s\n' "${path%"$1"}"
  done
}

# Offers the lines of standard input that begin as the word does.
_gf_sem_lines() {
  local line
  while IFS= read -r line; do
    [[ -z $line || $line != "$cur"* ]] || COMPREPLY+=("$(printf %q "$line")")
  done
}

_gf_sem_offer() {
  case $takes in
    -) ;;
    @file)
      _gf_sem_files -f
      [[ ${#COMPREPLY[@]} -gt 0 || $cur != +* ]] || mapfile -t COMPREPLY < <(compgen -P + -f -- "${cur#+}")
      ;;
    @dir) _gf_sem_files -d ;;
    @state.*) if [[ $cur == */* ]]; then _gf_sem_files -f; else _gf_sem_lines < <(_gf_sem_states "${takes#@state}"); fi ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$takes" -- "$cur") ;;
  esac
}

# Sets what the last word may be, and `cur` to the part of it that is completed.
_gf_sem_next() {
  if [ -n "$option" ]; then
    _gf_sem_values "$option"
  elif [[ -z $ended && $cur == --*=* ]]; then
    _gf_sem_values "${cur%%=*}"
    cur=${cur#*=}
  elif [[ -z $ended && $cur == -[!-]?* && " $separate " == *" ${cur:0:2} "* ]]; then
    _gf_sem_values "${cur:0:2}"
    cur=${cur:2}
  elif [[ -z $ended && $cur == -* && ! ($style == names && $taken -gt 0) ]]; then
    takes=$options
  elif [ "$style" = command ]; then
    begins=$((${#words[@]} - 1))
  else
    takes=$operands
  fi
}

_gf_sem() {
  local words=() at=() tail='' names='' option='' ended='' begins='' state='' takes=- taken=0
  local command options separate operands style count instead behind word cur
  COMPREPLY=()
  _gf_sem_words
  _gf_sem_table gf-sem
  _gf_sem_read
  word=${words[${#words[@]} - 1]}
  cur=$word
  [ -n "$begins" ] || _gf_sem_next
  if [ -n "$begins" ]; then
    _gf_sem_command
    return
  fi
  _gf_sem_offer
  # Bash replaces `tail` alone, not the whole word.
  COMPREPLY=("${COMPREPLY[@]/#/"${word%"$cur"}"}")
  COMPREPLY=("${COMPREPLY[@]#"${word%"$tail"}"}")
}
complete -F _gf_sem gf-sem
