# gf-sem.bash - made by `make completions` from the option table; do not edit.
_gf_sem() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} eq= takes= list= rest= i=
  if [ "$cur" = = ]; then
    cur= eq==
  elif [ "$prev" = = ]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]} eq==
  fi
  case $COMP_CWORD:${COMP_WORDS[1]} in
    *)
      i=1
      while [ "$i" -lt "$COMP_CWORD" ]; do
        case ${COMP_WORDS[i]} in
          --) i=$((i + 1)) && break ;;
          -j | --permits | -S | --state | -w | --max-wait | --weight | -E | --conflict-exit-code | --label | --format | --set) [ "${COMP_WORDS[i + 1]}" = = ] || i=$((i + 1)) ;;
          -*) ;;
          *) break ;;
        esac
        i=$((i + 1))
        [ "${COMP_WORDS[i]}" != = ] || i=$((i + 2))
      done
      if [ "$i" -lt "$COMP_CWORD" ]; then
        if declare -F _command_offset >/dev/null; then
          _command_offset "$i"
        else
          mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        fi
        return
      fi
      case $prev$eq in
        -j | --permits | --permits=) takes='-' ;;
        -S | --state | --state=) takes='@dir' ;;
        -w | --max-wait | --max-wait=) takes='-' ;;
        --weight | --weight=) takes='-' ;;
        -E | --conflict-exit-code | --conflict-exit-code=) takes='-' ;;
        --label | --label=) takes='-' ;;
        --format | --format=) takes='text json' ;;
        --set | --set=) takes='-' ;;
        --color=) takes='auto always never' ;;
        *) ;;
      esac
      list='-j --permits -S --state -n --no-wait -w --max-wait --weight -E --conflict-exit-code --close --label --status --format --set --wait-all -q --quiet -v --verbose --color -h --help -V --version'
      rest='@command'
      ;;
  esac
  [ -n "$takes" ] || case $cur in
    -*) takes=$list ;;
    *) takes=$rest ;;
  esac
  case $takes in
    -) COMPREPLY=() ;;
    @file)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      [[ ${#COMPREPLY[@]} -gt 0 || $cur != +* ]] || mapfile -t COMPREPLY < <(compgen -P + -f -- "${cur#+}")
      compopt -o filenames 2>/dev/null
      ;;
    @dir) mapfile -t COMPREPLY < <(compgen -d -- "$cur"); compopt -o filenames 2>/dev/null ;;
    @command) mapfile -t COMPREPLY < <(compgen -c -f -- "$cur") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$takes" -- "$cur") ;;
  esac
}
complete -F _gf_sem gf-sem
