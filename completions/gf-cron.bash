# gf-cron.bash - made by `make completions` from the option table; do not edit.
_gf_cron() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} eq= takes= list= rest= i=
  if [ "$cur" = = ]; then
    cur= eq==
  elif [ "$prev" = = ]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]} eq==
  fi
  case $COMP_CWORD:${COMP_WORDS[1]} in
    [2-9]*:next | 1[0-9]*:next)
      case $prev$eq in
        -n) takes='-' ;;
        --from | --from=) takes='-' ;;
        --until | --until=) takes='-' ;;
        --tz | --tz=) takes='-' ;;
        --dst | --dst=) takes='debian skip' ;;
        --format | --format=) takes='rfc3339 epoch json' ;;
        --table | --table=) takes='@file' ;;
        --id | --id=) takes='-' ;;
        --color=) takes='auto always never' ;;
        *) ;;
      esac
      list='-n --from --until --tz --dst --format --table --vixie-percent --id -q --quiet -v --verbose --color -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:explain | 1[0-9]*:explain)
      case $prev$eq in
        --from | --from=) takes='-' ;;
        --tz | --tz=) takes='-' ;;
        --dst | --dst=) takes='debian skip' ;;
        --id | --id=) takes='-' ;;
        --color=) takes='auto always never' ;;
        *) ;;
      esac
      list='--from --tz --dst --id -q --quiet -v --verbose --color -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:check | 1[0-9]*:check)
      case $prev$eq in
        --tz | --tz=) takes='-' ;;
        --color=) takes='auto always never' ;;
        *) ;;
      esac
      list='--tz --vixie-percent -q --quiet -v --verbose --color -h --help -V --version'
      rest='@file'
      ;;
    [2-9]*:run | 1[0-9]*:run)
      case $prev$eq in
        -e | --expr | --expr=) takes='-' ;;
        -j | --jobs | --jobs=) takes='-' ;;
        --output | --output=) takes='prefix raw json' ;;
        --log | --log=) takes='text json' ;;
        --drain | --drain=) takes='-' ;;
        -S | --state | --state=) takes='@file' ;;
        --keep | --keep=) takes='-' ;;
        --ping | --ping=) takes='-' ;;
        --stats=) takes='text json prom' ;;
        --stats-file | --stats-file=) takes='@file' ;;
        --tz | --tz=) takes='-' ;;
        --dst | --dst=) takes='debian skip' ;;
        --color=) takes='auto always never' ;;
        *) ;;
      esac
      list='-e --expr -j --jobs --output --log --drain -S --state --keep --ping --watch --fail-on-error --stats --stats-file --tz --dst --vixie-percent -q --quiet -v --verbose --color -h --help -V --version'
      rest='@file'
      ;;
    [2-9]*:once | 1[0-9]*:once)
      case $prev$eq in
        --tz | --tz=) takes='-' ;;
        --dst | --dst=) takes='debian skip' ;;
        --color=) takes='auto always never' ;;
        *) ;;
      esac
      list='--tz --dst -q --quiet -v --verbose --color -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:emit | 1[0-9]*:emit)
      case $prev$eq in
        -n) takes='-' ;;
        --tz | --tz=) takes='-' ;;
        --dst | --dst=) takes='debian skip' ;;
        --color=) takes='auto always never' ;;
        *) ;;
      esac
      list='-n --tz --dst --vixie-percent -q --quiet -v --verbose --color -h --help -V --version'
      rest='@file'
      ;;
    [2-9]*:history | 1[0-9]*:history)
      case $prev$eq in
        -S | --state | --state=) takes='@file' ;;
        --since | --since=) takes='-' ;;
        --job | --job=) takes='-' ;;
        --format | --format=) takes='tsv json' ;;
        --tz | --tz=) takes='-' ;;
        --color=) takes='auto always never' ;;
        *) ;;
      esac
      list='-S --state --since --job --failed --format --tz -q --quiet -v --verbose --color -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:pause | 1[0-9]*:pause)
      case $prev$eq in
        -S | --state | --state=) takes='@file' ;;
        --color=) takes='auto always never' ;;
        *) ;;
      esac
      list='-S --state -q --quiet -v --verbose --color -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:resume | 1[0-9]*:resume)
      case $prev$eq in
        -S | --state | --state=) takes='@file' ;;
        --color=) takes='auto always never' ;;
        *) ;;
      esac
      list='-S --state -q --quiet -v --verbose --color -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:trigger | 1[0-9]*:trigger)
      case $prev$eq in
        -S | --state | --state=) takes='@file' ;;
        --color=) takes='auto always never' ;;
        *) ;;
      esac
      list='-S --state -q --quiet -v --verbose --color -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:status | 1[0-9]*:status)
      case $prev$eq in
        -S | --state | --state=) takes='@file' ;;
        --color=) takes='auto always never' ;;
        *) ;;
      esac
      list='-S --state -q --quiet -v --verbose --color -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:show | 1[0-9]*:show)
      case $prev$eq in
        -o | --output | --output=) takes='@file' ;;
        --days | --days=) takes='-' ;;
        --from | --from=) takes='-' ;;
        --format | --format=) takes='text svg' ;;
        --tz | --tz=) takes='-' ;;
        --dst | --dst=) takes='debian skip' ;;
        --color=) takes='auto always never' ;;
        *) ;;
      esac
      list='-o --output --days --from --format --tz --dst --vixie-percent -q --quiet -v --verbose --color -h --help -V --version'
      rest='@file'
      ;;
    *)
      case $prev$eq in
        *) ;;
      esac
      list='-h --help -V --version'
      rest='next explain check run once emit history pause resume trigger status show'
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
complete -F _gf_cron gf-cron
