# shellcheck shell=bash disable=SC2034,SC2154
# engine.bash - what bash does with a tool's table (table.awk describes the copying, bash.awk the table).
#
# The words before the cursor are read as the tool itself reads them, up to the command or operation
# that they have come to. What may stand next then follows from its table. The functions share the
# locals of the last one.
#:
# The words up to the cursor. Bash cuts words at = and :, too; `at` is where each begins in COMP_WORDS.
_ID_words() {
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
_ID_given() {
  [[ " $instead " != *" $1 "* ]] || count=$((count - 1))
  #: @job
  [[ $1 != -S && $1 != --state ]] || state=$2
  #:
  return 0
}

# An option, or letters in one word. `option` is set when its argument is the next word.
_ID_option() {
  local rest=${1#-}
  case $1 in
    --*=*) _ID_given "${1%%=*}" "${1#*=}" && return ;;
    --*) [[ " $separate " != *" $1 "* ]] || option=$1 && return ;;
  esac
  while [ -n "$rest" ] && [[ " $separate " != *" -${rest:0:1} "* ]]; do rest=${rest:1}; done
  if [ "${#rest}" -gt 1 ]; then
    _ID_given "-${rest:0:1}" "${rest:1}"
  else
    option=${rest:+-$rest}
  fi
}

#: names
# An operand, or the name of the next command.
_ID_operand() {
  [ "$style" = names ] || return 0
  if [ "$taken" -lt "$count" ]; then
    taken=$((taken + 1))
  elif [[ " $names " == *" $1 "* ]]; then
    _ID_table "$1"
    taken=0 ended=
  fi
}

#:
_ID_read() {
  local i word
  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [ -n "$option" ]; then
      _ID_given "$option" "$word"
      option=
    elif [ -z "$ended" ] && [ "$word" = -- ]; then
      ended=yes
      [ -z "$behind" ] || { begins=$((i + 1)) && return; }
    elif [[ -z $ended && $word == -?* && ! ($style == names && ($taken -gt 0 || $word == -[0-9]*)) ]]; then
      _ID_option "$word"
    elif [ "$style" = command ]; then
      begins=$i && return
    #: names
    else
      _ID_operand "$word"
    #:
    fi
  done
}

#: command
# From words[begins] on the line is completed as that of the command itself.
_ID_command() {
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

#:
_ID_files() {
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
  compopt -o filenames 2>/dev/null
}

#: @state
# The names of states: files and directories that end in $1, where the tool keeps them.
_ID_states() {
  local dir=${HOME-}/.local/state path
  [[ ${XDG_STATE_HOME-} != /* ]] || dir=$XDG_STATE_HOME
  for path in "$dir"/gf/*"$1"; do
    path=${path##*/}
    [ "$path" = "*$1" ] || printf '%s\n' "${path%"$1"}"
  done
}

#: @job
# The ids of the jobs in the state file that the line names.
_ID_jobs() {
  local file=${state//[\'\"\\]/}
  [ -z "$file" ] || TOOL status -S "${file/#\~\//$HOME/}" 2>/dev/null | cut -f 1
}

#: @zone
# The names of time zones. The second file is there where the first is not.
_ID_zones() {
  local dir=${TZDIR:-/usr/share/zoneinfo}
  if [ -r "$dir/tzdata.zi" ]; then
    awk '$1 == "Z" { print $2 } $1 == "L" { print $3 }' "$dir/tzdata.zi"
  else
    awk -F '\t' '!/^#/ { print $3 }' "$dir/zone1970.tab" 2>/dev/null
  fi
}

#: @column
# The names of the columns of the file that --from names, where the line has --header.
_ID_columns() {
  local i word how=() from='' header='' name
  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]//[\'\"\\]/}
    case $word in
      --header) header=yes ;;
      --csv | --tsv | --separator=* | --separator-re=* | -d?*) how+=("$word") ;;
      -d | --separator | --separator-re) how+=("$word" "${words[i + 1]//[\'\"\\]/}") ;;
      --from) from=${words[i + 1]//[\'\"\\]/} ;;
      --from=*) from=${word#*=} ;;
    esac
  done
  [[ -n $header && -f ${from/#\~\//$HOME/} ]] || return 0
  while IFS= read -r name; do
    if [[ $name =~ ^[[:alpha:]_][[:alnum:]_]*$ ]]; then echo "$name"; else echo "{$name}"; fi
  done < <(TOOL "${how[@]}" --from "${from/#\~\//$HOME/}" limit 1 transpose 2>/dev/null)
}

#: lines
# Offers the lines of standard input that begin as the word does.
_ID_lines() {
  local line
  while IFS= read -r line; do
    [[ -z $line || $line != "$cur"* ]] || COMPREPLY+=("$(printf %q "$line")")
  done
}

#:
_ID_offer() {
  case $takes in
    -) ;;
    @file)
      _ID_files -f
      [[ ${#COMPREPLY[@]} -gt 0 || $cur != +* ]] || mapfile -t COMPREPLY < <(compgen -P + -f -- "${cur#+}")
      ;;
    @dir) _ID_files -d ;;
    #: @state
    @state.*) if [[ $cur == */* ]]; then _ID_files -f; else _ID_lines < <(_ID_states "${takes#@state}"); fi ;;
    #: @job
    @job) _ID_lines < <(_ID_jobs) ;;
    #: @zone
    @zone) _ID_lines < <(_ID_zones) ;;
    #: @column
    @column)
      cur=${cur##*[,:]}
      _ID_lines < <(_ID_columns)
      ;;
    #:
    *) mapfile -t COMPREPLY < <(compgen -W "$takes" -- "$cur") ;;
  esac
}

# Sets what the last word may be, and `cur` to the part of it that is completed.
_ID_next() {
  if [ -n "$option" ]; then
    _ID_values "$option"
  elif [[ -z $ended && $cur == --*=* ]]; then
    _ID_values "${cur%%=*}"
    cur=${cur#*=}
  elif [[ -z $ended && $cur == -[!-]?* && " $separate " == *" ${cur:0:2} "* ]]; then
    _ID_values "${cur:0:2}"
    cur=${cur:2}
  elif [[ -z $ended && $cur == -* && ! ($style == names && $taken -gt 0) ]]; then
    takes=$options
  #: names
  elif [[ $style == names && $taken -ge $count ]]; then
    takes=$names
  #: command
  elif [ "$style" = command ]; then
    begins=$((${#words[@]} - 1))
  #:
  else
    takes=$operands
  fi
}

_ID() {
  local words=() at=() tail='' names='' option='' ended='' begins='' state='' takes=- taken=0
  local command options separate operands style count instead behind word cur
  COMPREPLY=()
  _ID_words
  _ID_table TOOL
  _ID_read
  word=${words[${#words[@]} - 1]}
  cur=$word
  [ -n "$begins" ] || _ID_next
  #: command
  if [ -n "$begins" ]; then
    _ID_command
    return
  fi
  #:
  _ID_offer
  # Bash replaces `tail` alone, not the whole word.
  COMPREPLY=("${COMPREPLY[@]/#/"${word%"$cur"}"}")
  COMPREPLY=("${COMPREPLY[@]#"${word%"$tail"}"}")
}
complete -F _ID TOOL
