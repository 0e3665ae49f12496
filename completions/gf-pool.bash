# gf-pool.bash - made by `make completions` from the option table; do not edit.
_gf_pool() {
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
          -j | --jobs | -P | --load | --memfree | -t | --timeout | --kill-after | --retries | --retry-delay | --retry-on | --halt | -a | --arg-file | --delimiter | -d | --colsep | -n | --max-args | --block | -I | --replace | -s | --script | --rate | --tagstring | --results | --chdir | --env | --nice | --limit-mem | --limit-cpu | --limit-files | --joblog | --events | --max-items | --failed | --report | --stats-file | -T | --tmpdir | --max-record) [ "${COMP_WORDS[i + 1]}" = = ] || i=$((i + 1)) ;;
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
        -j | --jobs | --jobs=) takes='-' ;;
        -P) takes='-' ;;
        --load | --load=) takes='-' ;;
        --memfree | --memfree=) takes='-' ;;
        -t | --timeout | --timeout=) takes='-' ;;
        --kill-after | --kill-after=) takes='-' ;;
        --retries | --retries=) takes='-' ;;
        --retry-delay | --retry-delay=) takes='-' ;;
        --retry-on | --retry-on=) takes='-' ;;
        --halt | --halt=) takes='-' ;;
        -a | --arg-file | --arg-file=) takes='@file' ;;
        --delimiter | --delimiter=) takes='-' ;;
        -d | --colsep | --colsep=) takes='-' ;;
        -n | --max-args | --max-args=) takes='-' ;;
        --block | --block=) takes='-' ;;
        -I | --replace | --replace=) takes='-' ;;
        -s | --script | --script=) takes='-' ;;
        --rate | --rate=) takes='-' ;;
        --tagstring | --tagstring=) takes='-' ;;
        --ci=) takes='auto github gitlab' ;;
        --results | --results=) takes='@dir' ;;
        --chdir | --chdir=) takes='@dir' ;;
        --env | --env=) takes='-' ;;
        --nice | --nice=) takes='-' ;;
        --limit-mem | --limit-mem=) takes='-' ;;
        --limit-cpu | --limit-cpu=) takes='-' ;;
        --limit-files | --limit-files=) takes='-' ;;
        --joblog | --joblog=) takes='@file' ;;
        --resume=) takes='words seq' ;;
        --events | --events=) takes='@file' ;;
        --max-items | --max-items=) takes='-' ;;
        --failed | --failed=) takes='@file' ;;
        --report | --report=) takes='@file' ;;
        --progress=) takes='auto always never' ;;
        --stats=) takes='text json prom' ;;
        --stats-file | --stats-file=) takes='@file' ;;
        -T | --tmpdir | --tmpdir=) takes='@dir' ;;
        --max-record | --max-record=) takes='-' ;;
        --color=) takes='auto always never' ;;
        *) ;;
      esac
      list='-j --jobs -P --load --memfree -k --keep-order -t --timeout --kill-after --retries --retry-delay --retry-on --halt -a --arg-file -0 --null --delimiter -d --colsep --header -n --max-args -X --pipe --block -I --replace -s --script -r --no-run-if-empty --rate -u --ungroup --line-buffer --tag --tagstring --ci --results --chdir --env --clean-env --nice --limit-mem --limit-cpu --limit-files --joblog --resume --resume-failed --retry-failed --durable --events --worker --max-items --failed --dry-run --report --progress --stats --stats-file -T --tmpdir --max-record -q --quiet -v --verbose --color -h --help -V --version'
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
complete -F _gf_pool gf-pool
