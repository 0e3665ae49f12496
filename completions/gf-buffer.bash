# gf-buffer.bash - made by `make completions` from the option table; do not edit.

# Sets what the command $1 is made of.
_gf_buffer_table() {
  options='' separate='' operands=- style=operand count=0 instead='' behind=''
  command=$1
  case $1 in
    gf-buffer)
      options='-m --memory --records --when-full --drop-marker --bytes -0 --null --timestamp --start-at --resume-at --append --tee --flush-size --flush-interval --fsync --retries --retry-for --drain --log-dir --rotate-size --rotate-age --keep --keep-bytes --keep-age --on-rotate --keep-force --mode --group --atomic --ok-status --expect-bytes --expect-sha256 --commit-on-eof --allow-empty --if-changed --backup --no-follow --spool --durable --spool-max --then --status --format --progress --stats --stats-file --stats-interval -q --quiet -v --verbose --color --no-sandbox -h --help -V --version'
      separate='-m --memory --records --when-full --start-at --resume-at --append --tee --flush-size --flush-interval --fsync --retries --retry-for --drain --log-dir --rotate-size --rotate-age --keep --keep-bytes --keep-age --on-rotate --mode --group --atomic --ok-status --expect-bytes --expect-sha256 --spool --spool-max --then --status --format --stats-file --stats-interval'
      behind=yes
      ;;
  esac
}

# Sets what the option $1 of the command takes.
_gf_buffer_values() {
  case $command:$1 in
    gf-buffer:--when-full) takes='block drop-newest drop-oldest error spill' ;;
    gf-buffer:--timestamp) takes='rfc3339 epoch elapsed' ;;
    gf-buffer:--append) takes='@file' ;;
    gf-buffer:--tee) takes='@file' ;;
    gf-buffer:--fsync) takes='never record' ;;
    gf-buffer:--log-dir) takes='@dir' ;;
    gf-buffer:--atomic) takes='@file' ;;
    gf-buffer:--spool) takes='@dir' ;;
    gf-buffer:--then) takes='block drop-newest drop-oldest error' ;;
    gf-buffer:--status) takes='@dir' ;;
    gf-buffer:--format) takes='text json' ;;
    gf-buffer:--progress) takes='auto always never' ;;
    gf-buffer:--stats) takes='text json prom' ;;
    gf-buffer:--stats-file) takes='@file' ;;
    gf-buffer:--color) takes='auto always never' ;;
    *) takes=- ;;
  esac
}

# The words up to the cursor. Bash cuts words at = and :, too; `at` is where each begins in COMP_WORDS.
_gf_buffer_words() {
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
_gf_buffer_given() {
  [[ " $instead " != *" $1 "* ]] || count=$((count - 1))
  return 0
}

# An option, or letters in one word. `option` is set when its argument is the next word.
_gf_buffer_option() {
  local rest=${1#-}
  case $1 in
    --*=*) _gf_buffer_given "${1%%=*}" "${1#*=}" && return ;;
    --*) [[ " $separate " != *" $1 "* ]] || option=$1 && return ;;
  esac
  while [ -n "$rest" ] && [[ " $separate " != *" -${rest:0:1} "* ]]; do rest=${rest:1}; done
  if [ "${#rest}" -gt 1 ]; then
    _gf_buffer_given "-${rest:0:1}" "${rest:1}"
  else
    option=${rest:+-$rest}
  fi
}

_gf_buffer_read() {
  local i word
  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [ -n "$option" ]; then
      _gf_buffer_given "$option" "$word"
      option=
    elif [ -z "$ended" ] && [ "$word" = -- ]; then
      ended=yes
      [ -z "$behind" ] || { begins=$((i + 1)) && return; }
    elif [[ -z $ended && $word == -?* && ! ($style == names && ($taken -gt 0 || $word == -[0-9]*)) ]]; then
      _gf_buffer_option "$word"
    elif [ "$style" = command ]; then
      begins=$i && return
    fi
  done
}

# From words[begins] on the line is completed as that of the command itself.
_gf_buffer_command() {
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

_gf_buffer_files() {
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
  compopt -o filenames 2>/dev/null
}

_gf_buffer_offer() {
  case $takes in
    -) ;;
    @file)
      _gf_buffer_files -f
      [[ ${#COMPREPLY[@]} -gt 0 || $cur != +* ]] || mapfile -t COMPREPLY < <(compgen -P + -f -- "${cur#+}")
      ;;
    @dir) _gf_buffer_files -d ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$takes" -- "$cur") ;;
  esac
}

# Sets what the last word may be, and `cur` to the part of it that is completed.
_gf_buffer_next() {
  if [ -n "$option" ]; then
    _gf_buffer_values "$option"
  elif [[ -z $ended && $cur == --*=* ]]; then
    _gf_buffer_values "${cur%%=*}"
    cur=${cur#*=}
  elif [[ -z $ended && $cur == -[!-]?* && " $separate " == *" ${cur:0:2} "* ]]; then
    _gf_buffer_values "${cur:0:2}"
    cur=${cur:2}
  elif [[ -z $ended && $cur == -* && ! ($style == names && $taken -gt 0) ]]; then
    takes=$options
  elif [ "$style" = command ]; then
    begins=$((${#words[@]} - 1))
  else
    takes=$operands
  fi
}

_gf_buffer() {
  local words=() at=() tail='' names='' option='' ended='' begins='' state='' takes=- taken=0
  local command options separate operands style count instead behind word cur
  COMPREPLY=()
  _gf_buffer_words
  _gf_buffer_table gf-buffer
  _gf_buffer_read
  word=${words[${#words[@]} - 1]}
  cur=$word
  [ -n "$begins" ] || _gf_buffer_next
  if [ -n "$begins" ]; then
    _gf_buffer_command
    return
  fi
  _gf_buffer_offer
  # Bash replaces `tail` alone, not the whole word.
  COMPREPLY=("${COMPREPLY[@]/#/"${word%"$cur"}"}")
  COMPREPLY=("${COMPREPLY[@]#"${word%"$tail"}"}")
}
complete -F _gf_buffer gf-buffer
