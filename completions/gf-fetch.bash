# gf-fetch.bash - made by `make completions` from the option table; do not edit.

# Sets what the command $1 is made of.
_gf_fetch_table() {
  options='' separate='' operands=- style=operand count=0 instead='' behind=''
  command=$1
  case $1 in
    gf-fetch)
      options='-a --arg-file --lookahead --max-record -X --request -H --header -d --data -A --user-agent -u --user --auth-host --netrc -L --location --max-redirs --allow-downgrade -j --jobs --max-per-host --rate --rate-per-host -S --state -t --timeout --connect-timeout --low-speed --total-timeout --retries --retry-all --retry-max-time --ok-status --fail-early --format --no-body -0 --null -k --keep-order --dir --overwrite --continue --etag-store --failed --max-size -T --tmpdir --deny-private --deny --allow --insecure --cacert --cert --key --compressed -x --proxy --resolve --http1.1 --http2 -4 --ipv4 -6 --ipv6 --progress --report --stats --stats-file -q --quiet -v --verbose --color -h --help -V --version'
      separate='-a --arg-file --lookahead --max-record -X --request -H --header -d --data -A --user-agent -u --user --auth-host --max-redirs -j --jobs --max-per-host --rate --rate-per-host -S --state -t --timeout --connect-timeout --low-speed --total-timeout --retries --retry-max-time --ok-status --format --dir --etag-store --failed --max-size -T --tmpdir --deny --allow --cacert --cert --key -x --proxy --resolve --report --stats-file'
      ;;
  esac
}

# Sets what the option $1 of the command takes.
_gf_fetch_values() {
  case $command:$1 in
    gf-fetch:-a | gf-fetch:--arg-file) takes='@file' ;;
    gf-fetch:-S | gf-fetch:--state) takes='@state.rate' ;;
    gf-fetch:--format) takes='ndjson body none' ;;
    gf-fetch:--dir) takes='@dir' ;;
    gf-fetch:--etag-store) takes='@file' ;;
    gf-fetch:--failed) takes='@file' ;;
    gf-fetch:-T | gf-fetch:--tmpdir) takes='@dir' ;;
    gf-fetch:--cacert) takes='@file' ;;
    gf-fetch:--cert) takes='@file' ;;
    gf-fetch:--key) takes='@file' ;;
    gf-fetch:--progress) takes='auto always never' ;;
    gf-fetch:--report) takes='@file' ;;
    gf-fetch:--stats) takes='text json prom' ;;
    gf-fetch:--stats-file) takes='@file' ;;
    gf-fetch:--color) takes='auto always never' ;;
    *) takes=- ;;
  esac
}

# The words up to the cursor. Bash cuts words at = and :, too; `at` is where each begins in COMP_WORDS.
_gf_fetch_words() {
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
_gf_fetch_given() {
  [[ " $instead " != *" $1 "* ]] || count=$((count - 1))
  return 0
}

# An option, or letters in one word. `option` is set when its argument is the next word.
_gf_fetch_option() {
  local rest=${1#-}
  case $1 in
    --*=*) _gf_fetch_given "${1%%=*}" "${1#*=}" && return ;;
    --*) [[ " $separate " != *" $1 "* ]] || option=$1 && return ;;
  esac
  while [ -n "$rest" ] && [[ " $separate " != *" -${rest:0:1} "* ]]; do rest=${rest:1}; done
  if [ "${#rest}" -gt 1 ]; then
    _gf_fetch_given "-${rest:0:1}" "${rest:1}"
  else
    option=${rest:+-$rest}
  fi
}

_gf_fetch_read() {
  local i word
  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [ -n "$option" ]; then
      _gf_fetch_given "$option" "$word"
      option=
    elif [ -z "$ended" ] && [ "$word" = -- ]; then
      ended=yes
      [ -z "$behind" ] || { begins=$((i + 1)) && return; }
    elif [[ -z $ended && $word == -?* && ! ($style == names && ($taken -gt 0 || $word == -[0-9]*)) ]]; then
      _gf_fetch_option "$word"
    elif [ "$style" = command ]; then
      begins=$i && return
    fi
  done
}

_gf_fetch_files() {
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
  compopt -o filenames 2>/dev/null
}

# The names of states: files and directories that end in $1, where the tool keeps them.
_gf_fetch_states() {
  local dir=${HOME-}/.local/state path
  [[ ${XDG_STATE_HOME-} != /* ]] || dir=$XDG_STATE_HOME
  for path in "$dir"/gf/*"$1"; do
    path=${path##*/}
    [ "$path" = "*$1" ] || printf '%s\n' "${path%"$1"}"
  done
}

# Offers the lines of standard input that begin as the word does.
_gf_fetch_lines() {
  local line
  while IFS= read -r line; do
    [[ -z $line || $line != "$cur"* ]] || COMPREPLY+=("$(printf %q "$line")")
  done
}

_gf_fetch_offer() {
  case $takes in
    -) ;;
    @file)
      _gf_fetch_files -f
      [[ ${#COMPREPLY[@]} -gt 0 || $cur != +* ]] || mapfile -t COMPREPLY < <(compgen -P + -f -- "${cur#+}")
      ;;
    @dir) _gf_fetch_files -d ;;
    @state.*) if [[ $cur == */* ]]; then _gf_fetch_files -f; else _gf_fetch_lines < <(_gf_fetch_states "${takes#@state}"); fi ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$takes" -- "$cur") ;;
  esac
}

# Sets what the last word may be, and `cur` to the part of it that is completed.
_gf_fetch_next() {
  if [ -n "$option" ]; then
    _gf_fetch_values "$option"
  elif [[ -z $ended && $cur == --*=* ]]; then
    _gf_fetch_values "${cur%%=*}"
    cur=${cur#*=}
  elif [[ -z $ended && $cur == -[!-]?* && " $separate " == *" ${cur:0:2} "* ]]; then
    _gf_fetch_values "${cur:0:2}"
    cur=${cur:2}
  elif [[ -z $ended && $cur == -* && ! ($style == names && $taken -gt 0) ]]; then
    takes=$options
  else
    takes=$operands
  fi
}

_gf_fetch() {
  local words=() at=() tail='' names='' option='' ended='' begins='' state='' takes=- taken=0
  local command options separate operands style count instead behind word cur
  COMPREPLY=()
  _gf_fetch_words
  _gf_fetch_table gf-fetch
  _gf_fetch_read
  word=${words[${#words[@]} - 1]}
  cur=$word
  [ -n "$begins" ] || _gf_fetch_next
  _gf_fetch_offer
  # Bash replaces `tail` alone, not the whole word.
  COMPREPLY=("${COMPREPLY[@]/#/"${word%"$cur"}"}")
  COMPREPLY=("${COMPREPLY[@]#"${word%"$tail"}"}")
}
complete -F _gf_fetch gf-fetch
