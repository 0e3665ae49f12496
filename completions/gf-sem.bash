# gf-sem.bash - made by `make completions` from the option table; do not edit.
_gf_sem() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} eq= takes= list= rest=
  if [ "$cur" = = ]; then
    cur= eq==
  elif [ "$prev" = = ]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]} eq==
  fi
  case $COMP_CWORD:${COMP_WORDS[1]} in
    *)
      case $prev$eq in
        -j | --permits | --permits=) takes='-' ;;
        -S | --state | --state=) takes='@dir' ;;
        -w | --max-wait | --max-wait=) takes='-' ;;
        --weight | --weight=) takes='-' ;;
        -E | --conflict-exit-code | --conflict-exit-code=) takes='-' ;;
        --label | --label=) takes='-' ;;
        --format | --format=) takes='text json' ;;
        --set | --set=) takes='-' ;;
        *) ;;
      esac
      list='-j --permits -S --state -n --no-wait -w --max-wait --weight -E --conflict-exit-code --close --label --status --format --set --wait-all -h --help -V --version'
      rest='@command'
      ;;
  esac
  [ -n "$takes" ] || case $cur in
    -*) takes=$list ;;
    *) takes=$rest ;;
  esac
  case $takes in
    -) COMPREPLY=() ;;
    @file) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); compopt -o filenames 2>/dev/null ;;
    @dir) mapfile -t COMPREPLY < <(compgen -d -- "$cur"); compopt -o filenames 2>/dev/null ;;
    @command) mapfile -t COMPREPLY < <(compgen -c -f -- "$cur") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$takes" -- "$cur") ;;
  esac
}
complete -F _gf_sem gf-sem
