# gf-queue.bash - made by `make completions` from the option table; do not edit.

# Sets what the command $1 is made of.
_gf_queue_table() {
  options='' separate='' operands=- style=operand count=0 instead='' behind=''
  command=$1
  case $1 in
    gf-queue)
      options='-h --help -V --version'
      names='put take ack fail renew status list dead retry drop purge'
      style=names
      ;;
    put)
      options='-0 --null --priority --delay --ttl --unique -f --fields -d --separator --fsync --max-record -q --quiet -v --verbose --color -h --help -V --version'
      separate='--priority --delay --ttl -f --fields -d --separator --max-record'
      operands='@state.queue'
      ;;
    take)
      options='-n --count -l --lease -w --wait -0 --null --max-deliveries -q --quiet -v --verbose --color -h --help -V --version'
      separate='-n --count -l --lease -w --wait --max-deliveries'
      operands='@state.queue'
      ;;
    ack)
      options='--keep --status -q --quiet -v --verbose --color -h --help -V --version'
      separate='--keep --status'
      operands='@state.queue'
      ;;
    fail)
      options='--delay --dead --max-deliveries --status -q --quiet -v --verbose --color -h --help -V --version'
      separate='--delay --max-deliveries --status'
      operands='@state.queue'
      ;;
    renew)
      options='-l --lease -q --quiet -v --verbose --color -h --help -V --version'
      separate='-l --lease'
      operands='@state.queue'
      ;;
    status)
      options='--format -q --quiet -v --verbose --color -h --help -V --version'
      separate='--format'
      operands='@state.queue'
      ;;
    list)
      options='--waiting --delayed --running --dead --done --format -q --quiet -v --verbose --color -h --help -V --version'
      separate='--format'
      operands='@state.queue'
      ;;
    dead)
      options='--format -q --quiet -v --verbose --color -h --help -V --version'
      separate='--format'
      operands='@state.queue'
      ;;
    retry)
      options='--all -q --quiet -v --verbose --color -h --help -V --version'
      operands='@state.queue'
      ;;
    drop)
      options='-q --quiet -v --verbose --color -h --help -V --version'
      operands='@state.queue'
      ;;
    purge)
      options='--waiting --delayed --dead --done --all -q --quiet -v --verbose --color -h --help -V --version'
      operands='@state.queue'
      ;;
  esac
}

# Sets what the option $1 of the command takes.
_gf_queue_values() {
  case $command:$1 in
    put:--priority) takes='high normal low' ;;
    put:--unique) takes='line' ;;
    put:--color) takes='auto always never' ;;
    take:--color) takes='auto always never' ;;
    ack:--color) takes='auto always never' ;;
    fail:--color) takes='auto always never' ;;
    renew:--color) takes='auto always never' ;;
    status:--format) takes='text json prom' ;;
    status:--color) takes='auto always never' ;;
    list:--format) takes='tsv json' ;;
    list:--color) takes='auto always never' ;;
    dead:--format) takes='tsv json' ;;
    dead:--color) takes='auto always never' ;;
    retry:--color) takes='auto always never' ;;
    drop:--color) takes='auto always never' ;;
    purge:--color) takes='auto always never' ;;
    *) takes=- ;;
  esac
}

# The words up to the cursor. Bash cuts words at = and :, too; `at` is where each begins in COMP_WORDS.
_gf_queue_words() {
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
_gf_queue_given() {
  [[ " $instead " != *" $1 "* ]] || count=$((count - 1))
  return 0
}

# An option, or letters in one word. `option` is set when its argument is the next word.
_gf_queue_option() {
  local rest=${1#-}
  case $1 in
    --*=*) _gf_queue_given "${1%%=*}" "${1#*=}" && return ;;
    --*) [[ " $separate " != *" $1 "* ]] || option=$1 && return ;;
  esac
  while [ -n "$rest" ] && [[ " $separate " != *" -${rest:0:1} "* ]]; do rest=${rest:1}; done
  if [ "${#rest}" -gt 1 ]; then
    _gf_queue_given "-${rest:0:1}" "${rest:1}"
  else
    option=${rest:+-$rest}
  fi
}

# An operand, or the name of the next command.
_gf_queue_operand() {
  [ "$style" = names ] || return 0
  if [ "$taken" -lt "$count" ]; then
    taken=$((taken + 1))
  elif [[ " $names " == *" $1 "* ]]; then
    _gf_queue_table "$1"
    taken=0 ended=
  fi
}

_gf_queue_read() {
  local i word
  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [ -n "$option" ]; then
      _gf_queue_given "$option" "$word"
      option=
    elif [ -z "$ended" ] && [ "$word" = -- ]; then
      ended=yes
      [ -z "$behind" ] || { begins=$((i + 1)) && return; }
    elif [[ -z $ended && $word == -?* && ! ($style == names && ($taken -gt 0 || $word == -[0-9]*)) ]]; then
      _gf_queue_option "$word"
    elif [ "$style" = command ]; then
      begins=$i && return
    else
      _gf_queue_operand "$word"
    fi
  done
}

_gf_queue_files() {
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
  compopt -o filenames 2>/dev/null
}

# The names of states: files and directories that end in $1, where the tool keeps them.
_gf_queue_states() {
  local dir=${HOME-}/.local/state path
  [[ ${XDG_STATE_HOME-} != /* ]] || dir=$XDG_STATE_HOME
  for path in "$dir"/gf/*"$1"; do
    path=${path##*/}
    [ "$path" = "*$1" ] || printf '%s\n' "${path%"$1"}"
  done
}

# Offers the lines of standard input that begin as the word does.
_gf_queue_lines() {
  local line
  while IFS= read -r line; do
    [[ -z $line || $line != "$cur"* ]] || COMPREPLY+=("$(printf %q "$line")")
  done
}

_gf_queue_offer() {
  case $takes in
    -) ;;
    @file)
      _gf_queue_files -f
      [[ ${#COMPREPLY[@]} -gt 0 || $cur != +* ]] || mapfile -t COMPREPLY < <(compgen -P + -f -- "${cur#+}")
      ;;
    @dir) _gf_queue_files -d ;;
    @state.*) if [[ $cur == */* ]]; then _gf_queue_files -f; else _gf_queue_lines < <(_gf_queue_states "${takes#@state}"); fi ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$takes" -- "$cur") ;;
  esac
}

# Sets what the last word may be, and `cur` to the part of it that is completed.
_gf_queue_next() {
  if [ -n "$option" ]; then
    _gf_queue_values "$option"
  elif [[ -z $ended && $cur == --*=* ]]; then
    _gf_queue_values "${cur%%=*}"
    cur=${cur#*=}
  elif [[ -z $ended && $cur == -[!-]?* && " $separate " == *" ${cur:0:2} "* ]]; then
    _gf_queue_values "${cur:0:2}"
    cur=${cur:2}
  elif [[ -z $ended && $cur == -* && ! ($style == names && $taken -gt 0) ]]; then
    takes=$options
  elif [[ $style == names && $taken -ge $count ]]; then
    takes=$names
  else
    takes=$operands
  fi
}

_gf_queue() {
  local words=() at=() tail='' names='' option='' ended='' begins='' state='' takes=- taken=0
  local command options separate operands style count instead behind word cur
  COMPREPLY=()
  _gf_queue_words
  _gf_queue_table gf-queue
  _gf_queue_read
  word=${words[${#words[@]} - 1]}
  cur=$word
  [ -n "$begins" ] || _gf_queue_next
  _gf_queue_offer
  # Bash replaces `tail` alone, not the whole word.
  COMPREPLY=("${COMPREPLY[@]/#/"${word%"$cur"}"}")
  COMPREPLY=("${COMPREPLY[@]#"${word%"$tail"}"}")
}
complete -F _gf_queue gf-queue
