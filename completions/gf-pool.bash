# gf-pool.bash - made by `make completions` from the option table; do not edit.

# Sets what the command $1 is made of.
_gf_pool_table() {
  options='' separate='' operands=- style=operand count=0 instead='' behind=''
  command=$1
  case $1 in
    gf-pool)
      options='-a --arg-file -0 --null --delimiter --recend --recstart --paragraph -d --colsep --csv --header -r --no-run-if-empty --max-record --shuf -s --script -I --replace -n --max-args -X --pipe --block --chdir --env --clean-env --nice --limit-mem --limit-cpu --limit-files --dry-run --confirm --tty -j --jobs -P --load --memfree --rate -t --timeout --kill-after --retries --retry-delay --retry-on --halt -k --keep-order -u --ungroup --line-buffer --tag --tagstring --ci --ci-commands --results --max-output -T --tmpdir --spill-max --joblog --resume --resume-failed --retry-failed --failed --durable --events --report --worker --max-items --queue --until-empty --stop-after --lease --max-deliveries --keep --progress --stats --stats-file -q --quiet -v --verbose --color -h --help -V --version'
      separate='-a --arg-file --delimiter --recend --recstart -d --colsep --max-record -s --script -I --replace -n --max-args --block --chdir --env --nice --limit-mem --limit-cpu --limit-files -j --jobs -P --load --memfree --rate -t --timeout --kill-after --retries --retry-delay --retry-on --halt --tagstring --results --max-output -T --tmpdir --spill-max --joblog --failed --events --report --max-items --queue --stop-after --lease --max-deliveries --keep --stats-file'
      style=command
      ;;
  esac
}

# Sets what the option $1 of the command takes.
_gf_pool_values() {
  case $command:$1 in
    gf-pool:-a | gf-pool:--arg-file) takes='@file' ;;
    gf-pool:--chdir) takes='@dir' ;;
    gf-pool:--ci) takes='auto github gitlab' ;;
    gf-pool:--results) takes='@dir' ;;
    gf-pool:-T | gf-pool:--tmpdir) takes='@dir' ;;
    gf-pool:--joblog) takes='@file' ;;
    gf-pool:--resume) takes='words seq' ;;
    gf-pool:--failed) takes='@file' ;;
    gf-pool:--events) takes='@file' ;;
    gf-pool:--report) takes='@file' ;;
    gf-pool:--queue) takes='@state.queue' ;;
    gf-pool:--progress) takes='auto always never' ;;
    gf-pool:--stats) takes='text json prom' ;;
    gf-pool:--stats-file) takes='@file' ;;
    gf-pool:--color) takes='auto always never' ;;
    *) takes=- ;;
  esac
}

# The words up to the cursor. Bash cuts words at = and :, too; `at` is where each begins in COMP_WORDS.
_gf_pool_words() {
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
_gf_pool_given() {
  [[ " $instead " != *" $1 "* ]] || count=$((count - 1))
  return 0
}

# An option, or letters in one word. `option` is set when its argument is the next word.
_gf_pool_option() {
  local rest=${1#-}
  case $1 in
    --*=*) _gf_pool_given "${1%%=*}" "${1#*=}" && return ;;
    --*) [[ " $separate " != *" $1 "* ]] || option=$1 && return ;;
  esac
  while [ -n "$rest" ] && [[ " $separate " != *" -${rest:0:1} "* ]]; do rest=${rest:1}; done
  if [ "${#rest}" -gt 1 ]; then
    _gf_pool_given "-${rest:0:1}" "${rest:1}"
  else
    option=${rest:+-$rest}
  fi
}

_gf_pool_read() {
  local i word
  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [ -n "$option" ]; then
      _gf_pool_given "$option" "$word"
      option=
    elif [ -z "$ended" ] && [ "$word" = -- ]; then
      ended=yes
      [ -z "$behind" ] || { begins=$((i + 1)) && return; }
    elif [[ -z $ended && $word == -?* && ! ($style == names && ($taken -gt 0 || $word == -[0-9]*)) ]]; then
      _gf_pool_option "$word"
    elif [ "$style" = command ]; then
      begins=$i && return
    fi
  done
}

# From words[begins] on the line is completed as that of the command itself.
_gf_pool_command() {
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

_gf_pool_files() {
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
  compopt -o filenames 2>/dev/null
}

# The names of states: files and directories that end in $1, where the tool keeps them.
_gf_pool_states() {
  local dir=${HOME-}/.local/state path
  [[ ${XDG_STATE_HOME-} != /* ]] || dir=$XDG_STATE_HOME
  for path in "$dir"/gf/*"$1"; do
    path=${path##*/}
    [ "$path" = "*$1" ] || printf '%s\n' "${path%"$1"}"
  done
}

# Offers the lines of standard input that begin as the word does.
_gf_pool_lines() {
  local line
  while IFS= read -r line; do
    [[ -z $line || $line != "$cur"* ]] || COMPREPLY+=("$(printf %q "$line")")
  done
}

_gf_pool_offer() {
  case $takes in
    -) ;;
    @file)
      _gf_pool_files -f
      [[ ${#COMPREPLY[@]} -gt 0 || $cur != +* ]] || mapfile -t COMPREPLY < <(compgen -P + -f -- "${cur#+}")
      ;;
    @dir) _gf_pool_files -d ;;
    @state.*) if [[ $cur == */* ]]; then _gf_pool_files -f; else _gf_pool_lines < <(_gf_pool_states "${takes#@state}"); fi ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$takes" -- "$cur") ;;
  esac
}

# Sets what the last word may be, and `cur` to the part of it that is completed.
_gf_pool_next() {
  if [ -n "$option" ]; then
    _gf_pool_values "$option"
  elif [[ -z $ended && $cur == --*=* ]]; then
    _gf_pool_values "${cur%%=*}"
    cur=${cur#*=}
  elif [[ -z $ended && $cur == -[!-]?* && " $separate " == *" ${cur:0:2} "* ]]; then
    _gf_pool_values "${cur:0:2}"
    cur=${cur:2}
  elif [[ -z $ended && $cur == -* && ! ($style == names && $taken -gt 0) ]]; then
    takes=$options
  elif [ "$style" = command ]; then
    begins=$((${#words[@]} - 1))
  else
    takes=$operands
  fi
}

_gf_pool() {
  local words=() at=() tail='' names='' option='' ended='' begins='' state='' takes=- taken=0
  local command options separate operands style count instead behind word cur
  COMPREPLY=()
  _gf_pool_words
  _gf_pool_table gf-pool
  _gf_pool_read
  word=${words[${#words[@]} - 1]}
  cur=$word
  [ -n "$begins" ] || _gf_pool_next
  if [ -n "$begins" ]; then
    _gf_pool_command
    return
  fi
  _gf_pool_offer
  # Bash replaces `tail` alone, not the whole word.
  COMPREPLY=("${COMPREPLY[@]/#/"${word%"$cur"}"}")
  COMPREPLY=("${COMPREPLY[@]#"${word%"$tail"}"}")
}
complete -F _gf_pool gf-pool
