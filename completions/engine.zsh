# engine.zsh - what zsh does with a tool's arguments (table.awk describes the copying).
#: @state
# The names of states: files and directories that end in $argv[-1], where the tool keeps them.
_ID_states() {
  local dir=$HOME/.local/state
  [[ $XDG_STATE_HOME != /* ]] || dir=$XDG_STATE_HOME
  if [[ $PREFIX == */* ]]; then
    _files "${@[1,-2]}"
  else
    local -a names=($dir/gf/*$argv[-1](N:t:r))
    compadd "${@[1,-2]}" -a names
  fi
}

#: @job
# The ids of the jobs in the state file that the line names.
_ID_jobs() {
  local file=${(Q)${opt_args[-S]:-$opt_args[--state]}}
  [[ -n $file ]] || return 1
  local -a ids=(${${(f)"$(TOOL status -S ${file/#\~\//$HOME/} 2>/dev/null)"}%%$'\t'*})
  compadd "$@" -a ids
}

#: @zone
# The names of time zones. The second file is there where the first is not.
_ID_zones() {
  local dir=${TZDIR:-/usr/share/zoneinfo}
  local -a zones
  if [[ -r $dir/tzdata.zi ]]; then
    zones=($(awk '$1 == "Z" { print $2 } $1 == "L" { print $3 }' $dir/tzdata.zi))
  else
    zones=($(awk -F '\t' '!/^#/ { print $3 }' $dir/zone1970.tab 2>/dev/null))
  fi
  compadd "$@" -a zones
}

#: @column
# The names of the columns of the file that --from names, where the line has --header.
_ID_columns() {
  local -a how names
  local from header word
  integer k
  for (( k = 2; k < $#whole; k++ )); do
    word=${(Q)whole[k]}
    case $word in
      --header) header=yes ;;
      --csv|--tsv|--separator=*|--separator-re=*|-d?*) how+=($word) ;;
      -d|--separator|--separator-re) how+=($word ${(Q)whole[k + 1]}) ;;
      --from) from=${(Q)whole[k + 1]} ;;
      --from=*) from=${word#*=} ;;
    esac
  done
  from=${from/#\~\//$HOME/}
  [[ -n $header && -f $from ]] || return 1
  for word in ${(f)"$(TOOL $how --from $from limit 1 transpose 2>/dev/null)"}; do
    [[ $word == [[:alpha:]_][[:alnum:]_]# ]] || word="{$word}"
    names+=($word)
  done
  compset -P '*[,:]'
  compadd "$@" -a names
}

#: behind
# Behind -- the line is that of a command itself.
_ID_behind() {
  integer place=$words[(i)--]
  (( place < CURRENT )) || return 1
  shift $place words
  (( CURRENT -= place ))
  _normal
}

#: reading
# The words before the cursor are read as the tool reads them: `option` is set when its argument is the
# next word. Of letters in one word _arguments sees the last alone, since only then it knows that.
local command=TOOL option= word
#: @column
local -a whole=($words)
setopt localoptions extendedglob
#: reading
integer i begins=0 need=0 taken=0

_ID_given() {
  [[ " $instead[$command] " != *" $1 "* ]] || (( --need ))
}

_ID_option() {
  local rest=${1#-}
  case $1 in
    --*=*) _ID_given ${1%%=*} ;;
    --*) [[ " $separate[$command] " != *" $1 "* ]] || option=$1 ;;
    *)
      while [[ -n $rest && " $separate[$command] " != *" -$rest[1] "* ]]; do rest=${rest[2,-1]}; done
      if (( $#rest > 1 )); then _ID_given -$rest[1]; else option=${rest:+-$rest}; fi
      ;;
  esac
}

#: runs
# The command begins at the first word that is no option, or behind --.
for (( i = 2; i < CURRENT && ! begins; i++ )); do
  word=$words[i]
  if [[ -n $option ]]; then
    option=
  elif [[ $word == -- ]]; then
    begins=$(( i + 1 ))
  elif [[ $word == -?* ]]; then
    _ID_option $word
    [[ -z $option ]] || words[i]=$option
  else
    begins=$i
  fi
done
[[ -n $option || $PREFIX == -* ]] || (( begins )) || begins=$CURRENT
if (( begins )); then
  shift $(( begins - 1 )) words
  (( CURRENT -= begins - 1 ))
  _normal
else
  _ID_arguments TOOL
fi
#: chain
# The last operation stands at `begins`. It is `command`, has `need` operands, and `taken` are there.
begins=1
for (( i = 2; i < CURRENT; i++ )); do
  word=$words[i]
  if [[ -n $option ]]; then
    _ID_given $option
    option=
  elif [[ $word == -?* && $word != -[0-9]* && taken -eq 0 ]]; then
    _ID_option $word
    [[ -z $option ]] || words[i]=$option
  elif (( taken < need )); then
    (( ++taken ))
  elif (( ${+count[$word]} )); then
    command=$word begins=$i need=$count[$word] taken=0
  fi
done
if [[ -z $option && ( $PREFIX != -* || taken -gt 0 ) ]] && (( taken >= need )); then
  _ID_names
else
  words=($command "${(@)words[begins + 1,-1]}")
  (( CURRENT -= begins - 1 ))
  _ID_arguments $command
fi
#: subcommands
if (( CURRENT > 2 )); then
  shift words
  (( CURRENT-- ))
fi
_ID_arguments $words[1]
#: alone
_ID_arguments TOOL
