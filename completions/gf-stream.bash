# gf-stream.bash - made by `make completions` from the option table; do not edit.

# Sets what the command $1 is made of.
_gf_stream_table() {
  options='' separate='' operands=- style=operand count=0 instead='' behind=''
  command=$1
  case $1 in
    gf-stream)
      options='--from -o --output -0 --null --crlf --decompress --max-record --header --csv --tsv -d --separator --separator-re -D --output-separator --utf8 --chain --explain --no-fuse --memory -T --tmpdir -j --jobs --stats --stats-file -q --quiet -v --verbose --color --no-sandbox -h --help -V --version'
      separate='--from -o --output --crlf --max-record -d --separator --separator-re -D --output-separator --chain --memory -T --tmpdir -j --jobs --stats-file'
      names='filter reject where except intersect take-while drop-while between context skip limit tail first every sample map fields set bucket fill-down template upper lower trim enumerate split matches batch window join scan lookup transpose pivot distinct uniq sort top bottom shuffle reverse count sum min max mean median percentile reduce group any all none peek collect'
      style=names
      ;;
    filter)
      options='-F --fixed -i --ignore-case -w --word -x --whole -f --field -e --pattern --patterns -v --invert-match -h --help -V --version'
      separate='-f --field -e --pattern --patterns'
      style=names
      count=1
      instead='-e --pattern --patterns'
      ;;
    reject)
      options='-F --fixed -i --ignore-case -w --word -x --whole -f --field -e --pattern --patterns -h --help -V --version'
      separate='-f --field -e --pattern --patterns'
      style=names
      count=1
      instead='-e --pattern --patterns'
      ;;
    where)
      options='--strict --zone --format --expr --skip-bad -h --help -V --version'
      separate='--zone --format --expr'
      operands='@column'
      style=names
      count=3
      instead='--expr'
      ;;
    except)
      options='-f --fields -h --help -V --version'
      separate='-f --fields'
      operands='@file'
      style=names
      count=1
      ;;
    intersect)
      options='-f --fields -h --help -V --version'
      separate='-f --fields'
      operands='@file'
      style=names
      count=1
      ;;
    take-while)
      options='-F --fixed -i --ignore-case -w --word -x --whole -f --field -e --pattern --patterns -v --invert-match -h --help -V --version'
      separate='-f --field -e --pattern --patterns'
      style=names
      count=1
      instead='-e --pattern --patterns'
      ;;
    drop-while)
      options='-F --fixed -i --ignore-case -w --word -x --whole -f --field -e --pattern --patterns -v --invert-match -h --help -V --version'
      separate='-f --field -e --pattern --patterns'
      style=names
      count=1
      instead='-e --pattern --patterns'
      ;;
    between)
      options='-F --fixed -i --ignore-case -w --word -x --whole -f --field --inner --first --not --unclosed -h --help -V --version'
      separate='-f --field'
      style=names
      count=2
      ;;
    context)
      options='-B --before -A --after -C --around -F --fixed -i --ignore-case -w --word -x --whole -f --field -e --pattern --patterns -h --help -V --version'
      separate='-B --before -A --after -C --around -f --field -e --pattern --patterns'
      style=names
      count=1
      instead='-e --pattern'
      ;;
    skip)
      options='-h --help -V --version'
      style=names
      count=1
      ;;
    limit)
      options='-h --help -V --version'
      style=names
      count=1
      ;;
    tail)
      options='-h --help -V --version'
      style=names
      count=1
      ;;
    first)
      options='-h --help -V --version'
      style=names
      ;;
    every)
      options='-h --help -V --version'
      style=names
      count=1
      ;;
    sample)
      options='--seed -h --help -V --version'
      separate='--seed'
      style=names
      count=1
      ;;
    map)
      options='-h --help -V --version'
      style=names
      count=1
      ;;
    fields)
      options='-h --help -V --version'
      operands='@column'
      style=names
      count=1
      ;;
    set)
      options='--skip-bad -h --help -V --version'
      style=names
      count=1
      ;;
    bucket)
      options='--zone --format --skip-bad -h --help -V --version'
      separate='--zone --format'
      operands='@column'
      style=names
      count=2
      ;;
    fill-down)
      options='-h --help -V --version'
      operands='@column'
      style=names
      count=1
      ;;
    template)
      options='-h --help -V --version'
      style=names
      count=1
      ;;
    upper)
      options='-h --help -V --version'
      style=names
      ;;
    lower)
      options='-h --help -V --version'
      style=names
      ;;
    trim)
      options='-h --help -V --version'
      style=names
      ;;
    enumerate)
      options='--start -h --help -V --version'
      separate='--start'
      style=names
      ;;
    split)
      options='-h --help -V --version'
      style=names
      count=1
      ;;
    matches)
      options='-F --fixed -i --ignore-case -w --word -e --pattern --patterns -h --help -V --version'
      separate='-e --pattern --patterns'
      style=names
      count=1
      instead='-e --pattern --patterns'
      ;;
    batch)
      options='--join -h --help -V --version'
      separate='--join'
      style=names
      count=1
      ;;
    window)
      options='--join --agg --skip-bad -h --help -V --version'
      separate='--join --agg'
      style=names
      count=1
      ;;
    join)
      options='-f --field -h --help -V --version'
      separate='-f --field'
      style=names
      count=1
      ;;
    scan)
      options='--skip-bad -h --help -V --version'
      operands='@column'
      style=names
      count=1
      ;;
    lookup)
      options='-f --fields --left --anti --outer -h --help -V --version'
      separate='-f --fields'
      operands='@file'
      style=names
      count=1
      ;;
    transpose)
      options='-h --help -V --version'
      style=names
      ;;
    pivot)
      options='--skip-bad -h --help -V --version'
      operands='@column'
      style=names
      count=3
      ;;
    distinct)
      options='-f --fields -k --key -i --ignore-case -c --count --last --max --only-dup --only-unique --any-field-order -h --help -V --version'
      separate='-f --fields -k --key --max'
      style=names
      ;;
    uniq)
      options='-f --fields -k --key -i --ignore-case -c --count --last --max --only-dup --only-unique --group -h --help -V --version'
      separate='-f --fields -k --key --max'
      style=names
      ;;
    sort)
      options='-n --numeric -g --general -h --human -V --version-sort -M --month -b --ignore-blanks -d --dictionary -i --printable --ignore-case -r --reverse -f --fields -k --key -R --random --seed -u --unique --check --merge --help --version'
      separate='-f --fields -k --key --seed'
      style=names
      ;;
    top)
      options='-n --numeric -g --general -h --human -V --version-sort -M --month -b --ignore-blanks -d --dictionary -i --printable --ignore-case -r --reverse -f --fields -k --key --help --version'
      separate='-f --fields -k --key'
      style=names
      count=1
      ;;
    bottom)
      options='-n --numeric -g --general -h --human -V --version-sort -M --month -b --ignore-blanks -d --dictionary -i --printable --ignore-case -r --reverse -f --fields -k --key --help --version'
      separate='-f --fields -k --key'
      style=names
      count=1
      ;;
    shuffle)
      options='--seed -h --help -V --version'
      separate='--seed'
      style=names
      ;;
    reverse)
      options='-h --help -V --version'
      style=names
      ;;
    count)
      options='-h --help -V --version'
      style=names
      ;;
    sum)
      options='-f --field --skip-bad -h --help -V --version'
      separate='-f --field'
      style=names
      ;;
    min)
      options='-f --field --skip-bad -h --help -V --version'
      separate='-f --field'
      style=names
      ;;
    max)
      options='-f --field --skip-bad -h --help -V --version'
      separate='-f --field'
      style=names
      ;;
    mean)
      options='-f --field --skip-bad -h --help -V --version'
      separate='-f --field'
      style=names
      ;;
    median)
      options='-f --field --skip-bad -h --help -V --version'
      separate='-f --field'
      style=names
      ;;
    percentile)
      options='--nearest -f --field --skip-bad -h --help -V --version'
      separate='-f --field'
      style=names
      count=1
      ;;
    reduce)
      options='-f --field --skip-bad -h --help -V --version'
      separate='-f --field'
      operands='sum min max concat'
      style=names
      count=1
      ;;
    group)
      options='--join --skip-bad --fill --zone -h --help -V --version'
      separate='--join --fill --zone'
      operands='@column'
      style=names
      count=2
      ;;
    any)
      options='-F --fixed -i --ignore-case -w --word -x --whole -f --field -e --pattern --patterns -h --help -V --version'
      separate='-f --field -e --pattern --patterns'
      style=names
      count=1
      instead='-e --pattern --patterns'
      ;;
    all)
      options='-F --fixed -i --ignore-case -w --word -x --whole -f --field -e --pattern --patterns -h --help -V --version'
      separate='-f --field -e --pattern --patterns'
      style=names
      count=1
      instead='-e --pattern --patterns'
      ;;
    none)
      options='-F --fixed -i --ignore-case -w --word -x --whole -f --field -e --pattern --patterns -h --help -V --version'
      separate='-f --field -e --pattern --patterns'
      style=names
      count=1
      instead='-e --pattern --patterns'
      ;;
    peek)
      options='-h --help -V --version'
      operands='@file'
      style=names
      count=1
      ;;
    collect)
      options='-h --help -V --version'
      style=names
      ;;
  esac
}

# Sets what the option $1 of the command takes.
_gf_stream_values() {
  case $command:$1 in
    gf-stream:--from) takes='@file' ;;
    gf-stream:-o | gf-stream:--output) takes='@file' ;;
    gf-stream:--crlf) takes='auto keep strip' ;;
    gf-stream:--chain) takes='@file' ;;
    gf-stream:-T | gf-stream:--tmpdir) takes='@dir' ;;
    gf-stream:--stats) takes='text json prom' ;;
    gf-stream:--stats-file) takes='@file' ;;
    gf-stream:--color) takes='auto always never' ;;
    filter:--patterns) takes='@file' ;;
    reject:--patterns) takes='@file' ;;
    where:--zone) takes='@zone' ;;
    except:-f | except:--fields) takes='@column' ;;
    intersect:-f | intersect:--fields) takes='@column' ;;
    take-while:--patterns) takes='@file' ;;
    drop-while:--patterns) takes='@file' ;;
    context:--patterns) takes='@file' ;;
    bucket:--zone) takes='@zone' ;;
    matches:--patterns) takes='@file' ;;
    join:-f | join:--field) takes='@column' ;;
    lookup:-f | lookup:--fields) takes='@column' ;;
    distinct:-f | distinct:--fields) takes='@column' ;;
    uniq:-f | uniq:--fields) takes='@column' ;;
    uniq:--group) takes='separate' ;;
    sort:-f | sort:--fields) takes='@column' ;;
    top:-f | top:--fields) takes='@column' ;;
    bottom:-f | bottom:--fields) takes='@column' ;;
    sum:-f | sum:--field) takes='@column' ;;
    min:-f | min:--field) takes='@column' ;;
    max:-f | max:--field) takes='@column' ;;
    mean:-f | mean:--field) takes='@column' ;;
    median:-f | median:--field) takes='@column' ;;
    percentile:-f | percentile:--field) takes='@column' ;;
    reduce:-f | reduce:--field) takes='@column' ;;
    group:--zone) takes='@zone' ;;
    any:--patterns) takes='@file' ;;
    all:--patterns) takes='@file' ;;
    none:--patterns) takes='@file' ;;
    *) takes=- ;;
  esac
}

# The words up to the cursor. Bash cuts words at = and :, too; `at` is where each begins in COMP_WORDS.
_gf_stream_words() {
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
_gf_stream_given() {
  [[ " $instead " != *" $1 "* ]] || count=$((count - 1))
  return 0
}

# An option, or letters in one word. `option` is set when its argument is the next word.
_gf_stream_option() {
  local rest=${1#-}
  case $1 in
    --*=*) _gf_stream_given "${1%%=*}" "${1#*=}" && return ;;
    --*) [[ " $separate " != *" $1 "* ]] || option=$1 && return ;;
  esac
  while [ -n "$rest" ] && [[ " $separate " != *" -${rest:0:1} "* ]]; do rest=${rest:1}; done
  if [ "${#rest}" -gt 1 ]; then
    _gf_stream_given "-${rest:0:1}" "${rest:1}"
  else
    option=${rest:+-$rest}
  fi
}

# An operand, or the name of the next command.
_gf_stream_operand() {
  [ "$style" = names ] || return 0
  if [ "$taken" -lt "$count" ]; then
    taken=$((taken + 1))
  elif [[ " $names " == *" $1 "* ]]; then
    _gf_stream_table "$1"
    taken=0 ended=
  fi
}

_gf_stream_read() {
  local i word
  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [ -n "$option" ]; then
      _gf_stream_given "$option" "$word"
      option=
    elif [ -z "$ended" ] && [ "$word" = -- ]; then
      ended=yes
      [ -z "$behind" ] || { begins=$((i + 1)) && return; }
    elif [[ -z $ended && $word == -?* && ! ($style == names && ($taken -gt 0 || $word == -[0-9]*)) ]]; then
      _gf_stream_option "$word"
    elif [ "$style" = command ]; then
      begins=$i && return
    else
      _gf_stream_operand "$word"
    fi
  done
}

_gf_stream_files() {
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
  compopt -o filenames 2>/dev/null
}

# The names of time zones. The second file is there where the first is not.
_gf_stream_zones() {
  local dir=${TZDIR:-/usr/share/zoneinfo}
  if [ -r "$dir/tzdata.zi" ]; then
    awk '$1 == "Z" { print $2 } $1 == "L" { print $3 }' "$dir/tzdata.zi"
  else
    awk -F '\t' '!/^#/ { print $3 }' "$dir/zone1970.tab" 2>/dev/null
  fi
}

# The names of the columns of the file that --from names, where the line has --header.
_gf_stream_columns() {
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
  done < <(gf-stream "${how[@]}" --from "${from/#\~\//$HOME/}" limit 1 transpose 2>/dev/null)
}

# Offers the lines of standard input that begin as the word does.
_gf_stream_lines() {
  local line
  while IFS= read -r line; do
    [[ -z $line || $line != "$cur"* ]] || COMPREPLY+=("$(printf %q "$line")")
  done
}

_gf_stream_offer() {
  case $takes in
    -) ;;
    @file)
      _gf_stream_files -f
      [[ ${#COMPREPLY[@]} -gt 0 || $cur != +* ]] || mapfile -t COMPREPLY < <(compgen -P + -f -- "${cur#+}")
      ;;
    @dir) _gf_stream_files -d ;;
    @zone) _gf_stream_lines < <(_gf_stream_zones) ;;
    @column)
      cur=${cur##*[,:]}
      _gf_stream_lines < <(_gf_stream_columns)
      ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$takes" -- "$cur") ;;
  esac
}

# Sets what the last word may be, and `cur` to the part of it that is completed.
_gf_stream_next() {
  if [ -n "$option" ]; then
    _gf_stream_values "$option"
  elif [[ -z $ended && $cur == --*=* ]]; then
    _gf_stream_values "${cur%%=*}"
    cur=${cur#*=}
  elif [[ -z $ended && $cur == -[!-]?* && " $separate " == *" ${cur:0:2} "* ]]; then
    _gf_stream_values "${cur:0:2}"
    cur=${cur:2}
  elif [[ -z $ended && $cur == -* && ! ($style == names && $taken -gt 0) ]]; then
    takes=$options
  elif [[ $style == names && $taken -ge $count ]]; then
    takes=$names
  else
    takes=$operands
  fi
}

_gf_stream() {
  local words=() at=() tail='' names='' option='' ended='' begins='' state='' takes=- taken=0
  local command options separate operands style count instead behind word cur
  COMPREPLY=()
  _gf_stream_words
  _gf_stream_table gf-stream
  _gf_stream_read
  word=${words[${#words[@]} - 1]}
  cur=$word
  [ -n "$begins" ] || _gf_stream_next
  _gf_stream_offer
  # Bash replaces `tail` alone, not the whole word.
  COMPREPLY=("${COMPREPLY[@]/#/"${word%"$cur"}"}")
  COMPREPLY=("${COMPREPLY[@]#"${word%"$tail"}"}")
}
complete -F _gf_stream gf-stream
