# gf-ratelimit.bash - made by `make completions` from the option table; do not edit.
_gf_ratelimit() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} eq= takes= list= rest= i=
  if [ "$cur" = = ]; then
    cur= eq==
  elif [ "$prev" = = ]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]} eq==
  fi
  case $COMP_CWORD:${COMP_WORDS[1]} in
    *)
      case $prev$eq in
        -r | --rate | --rate=) takes='-' ;;
        -b | --burst | --burst=) takes='-' ;;
        --initial | --initial=) takes='-' ;;
        --slack | --slack=) takes='-' ;;
        --ramp | --ramp=) takes='-' ;;
        --jitter | --jitter=) takes='-' ;;
        -K | --key | --key=) takes='-' ;;
        --key-rates | --key-rates=) takes='@file' ;;
        --max-keys | --max-keys=) takes='-' ;;
        --buffer | --buffer=) takes='-' ;;
        -c | --cost | --cost=) takes='bytes' ;;
        -d | --delimiter | --delimiter=) takes='-' ;;
        -w | --wait | --wait=) takes='-' ;;
        --reject | --reject=) takes='@file' ;;
        -S | --state | --state=) takes='-' ;;
        --take | --take=) takes='-' ;;
        --for | --for=) takes='-' ;;
        --format | --format=) takes='text json' ;;
        --set | --set=) takes='-' ;;
        --set-burst | --set-burst=) takes='-' ;;
        --feedback | --feedback=) takes='@file' ;;
        --min | --min=) takes='-' ;;
        --stats=) takes='text json prom' ;;
        --stats-file | --stats-file=) takes='@file' ;;
        --color=) takes='auto always never' ;;
        *) ;;
      esac
      list='-r --rate -b --burst --initial --slack --strict --ramp --jitter -K --key --key-rates --ordered --max-keys --buffer -c --cost -d --delimiter -w --wait --drop --leaky --reject --fail -S --state --check --take --for --status --format --set --set-burst --reset --feedback --min -0 --null --stats --stats-file -q --quiet -v --verbose --color -h --help -V --version'
      rest='@file'
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
complete -F _gf_ratelimit gf-ratelimit
