# gf-stream.bash - made by `make completions` from the option table; do not edit.
_gf_stream() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} eq= takes= list= rest= i=
  if [ "$cur" = = ]; then
    cur= eq==
  elif [ "$prev" = = ]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]} eq==
  fi
  case $COMP_CWORD:${COMP_WORDS[1]} in
    [2-9]*:filter | 1[0-9]*:filter)
      case $prev$eq in
        -f | --field | --field=) takes='-' ;;
        -e | --pattern | --pattern=) takes='-' ;;
        --patterns | --patterns=) takes='@file' ;;
        *) ;;
      esac
      list='-F --fixed -i --ignore-case -w --word -x --whole -f --field -e --pattern --patterns -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:reject | 1[0-9]*:reject)
      case $prev$eq in
        -f | --field | --field=) takes='-' ;;
        -e | --pattern | --pattern=) takes='-' ;;
        --patterns | --patterns=) takes='@file' ;;
        *) ;;
      esac
      list='-F --fixed -i --ignore-case -w --word -x --whole -f --field -e --pattern --patterns -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:where | 1[0-9]*:where)
      case $prev$eq in
        *) ;;
      esac
      list='--strict -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:except | 1[0-9]*:except)
      case $prev$eq in
        -f | --fields | --fields=) takes='-' ;;
        *) ;;
      esac
      list='-f --fields -h --help -V --version'
      rest='@file'
      ;;
    [2-9]*:intersect | 1[0-9]*:intersect)
      case $prev$eq in
        -f | --fields | --fields=) takes='-' ;;
        *) ;;
      esac
      list='-f --fields -h --help -V --version'
      rest='@file'
      ;;
    [2-9]*:map | 1[0-9]*:map)
      case $prev$eq in
        *) ;;
      esac
      list='-h --help -V --version'
      rest='-'
      ;;
    [2-9]*:fields | 1[0-9]*:fields)
      case $prev$eq in
        *) ;;
      esac
      list='-h --help -V --version'
      rest='-'
      ;;
    [2-9]*:template | 1[0-9]*:template)
      case $prev$eq in
        *) ;;
      esac
      list='-h --help -V --version'
      rest='-'
      ;;
    [2-9]*:upper | 1[0-9]*:upper)
      case $prev$eq in
        *) ;;
      esac
      list='-h --help -V --version'
      rest='-'
      ;;
    [2-9]*:lower | 1[0-9]*:lower)
      case $prev$eq in
        *) ;;
      esac
      list='-h --help -V --version'
      rest='-'
      ;;
    [2-9]*:trim | 1[0-9]*:trim)
      case $prev$eq in
        *) ;;
      esac
      list='-h --help -V --version'
      rest='-'
      ;;
    [2-9]*:enumerate | 1[0-9]*:enumerate)
      case $prev$eq in
        --start | --start=) takes='-' ;;
        *) ;;
      esac
      list='--start -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:split | 1[0-9]*:split)
      case $prev$eq in
        *) ;;
      esac
      list='-h --help -V --version'
      rest='-'
      ;;
    [2-9]*:matches | 1[0-9]*:matches)
      case $prev$eq in
        -e | --pattern | --pattern=) takes='-' ;;
        *) ;;
      esac
      list='-F --fixed -i --ignore-case -w --word -e --pattern -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:distinct | 1[0-9]*:distinct)
      case $prev$eq in
        -f | --fields | --fields=) takes='-' ;;
        -k | --key | --key=) takes='-' ;;
        --max | --max=) takes='-' ;;
        *) ;;
      esac
      list='-f --fields -k --key -i --ignore-case -c --count --last --max --only-dup --only-unique -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:uniq | 1[0-9]*:uniq)
      case $prev$eq in
        -f | --fields | --fields=) takes='-' ;;
        -k | --key | --key=) takes='-' ;;
        --max | --max=) takes='-' ;;
        --group=) takes='separate' ;;
        *) ;;
      esac
      list='-f --fields -k --key -i --ignore-case -c --count --last --max --only-dup --only-unique --group -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:sort | 1[0-9]*:sort)
      case $prev$eq in
        -f | --fields | --fields=) takes='-' ;;
        -k | --key | --key=) takes='-' ;;
        --seed | --seed=) takes='-' ;;
        *) ;;
      esac
      list='-n --numeric -g --general -h --human -V --version-sort -M --month -b --ignore-blanks -d --dictionary -i --printable --ignore-case -r --reverse -f --fields -k --key -R --random --seed -u --unique --check --merge --help --version'
      rest='-'
      ;;
    [2-9]*:top | 1[0-9]*:top)
      case $prev$eq in
        -f | --fields | --fields=) takes='-' ;;
        -k | --key | --key=) takes='-' ;;
        *) ;;
      esac
      list='-n --numeric -g --general -h --human -V --version-sort -M --month -b --ignore-blanks -d --dictionary -i --printable --ignore-case -r --reverse -f --fields -k --key --help --version'
      rest='-'
      ;;
    [2-9]*:bottom | 1[0-9]*:bottom)
      case $prev$eq in
        -f | --fields | --fields=) takes='-' ;;
        -k | --key | --key=) takes='-' ;;
        *) ;;
      esac
      list='-n --numeric -g --general -h --human -V --version-sort -M --month -b --ignore-blanks -d --dictionary -i --printable --ignore-case -r --reverse -f --fields -k --key --help --version'
      rest='-'
      ;;
    [2-9]*:skip | 1[0-9]*:skip)
      case $prev$eq in
        *) ;;
      esac
      list='-h --help -V --version'
      rest='-'
      ;;
    [2-9]*:limit | 1[0-9]*:limit)
      case $prev$eq in
        *) ;;
      esac
      list='-h --help -V --version'
      rest='-'
      ;;
    [2-9]*:tail | 1[0-9]*:tail)
      case $prev$eq in
        *) ;;
      esac
      list='-h --help -V --version'
      rest='-'
      ;;
    [2-9]*:take-while | 1[0-9]*:take-while)
      case $prev$eq in
        -f | --field | --field=) takes='-' ;;
        -e | --pattern | --pattern=) takes='-' ;;
        --patterns | --patterns=) takes='@file' ;;
        *) ;;
      esac
      list='-F --fixed -i --ignore-case -w --word -x --whole -f --field -e --pattern --patterns -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:drop-while | 1[0-9]*:drop-while)
      case $prev$eq in
        -f | --field | --field=) takes='-' ;;
        -e | --pattern | --pattern=) takes='-' ;;
        --patterns | --patterns=) takes='@file' ;;
        *) ;;
      esac
      list='-F --fixed -i --ignore-case -w --word -x --whole -f --field -e --pattern --patterns -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:sample | 1[0-9]*:sample)
      case $prev$eq in
        --seed | --seed=) takes='-' ;;
        *) ;;
      esac
      list='--seed -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:every | 1[0-9]*:every)
      case $prev$eq in
        *) ;;
      esac
      list='-h --help -V --version'
      rest='-'
      ;;
    [2-9]*:shuffle | 1[0-9]*:shuffle)
      case $prev$eq in
        --seed | --seed=) takes='-' ;;
        *) ;;
      esac
      list='--seed -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:reverse | 1[0-9]*:reverse)
      case $prev$eq in
        *) ;;
      esac
      list='-h --help -V --version'
      rest='-'
      ;;
    [2-9]*:batch | 1[0-9]*:batch)
      case $prev$eq in
        --join | --join=) takes='-' ;;
        *) ;;
      esac
      list='--join -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:window | 1[0-9]*:window)
      case $prev$eq in
        --join | --join=) takes='-' ;;
        *) ;;
      esac
      list='--join -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:peek | 1[0-9]*:peek)
      case $prev$eq in
        *) ;;
      esac
      list='-h --help -V --version'
      rest='@file'
      ;;
    [2-9]*:group | 1[0-9]*:group)
      case $prev$eq in
        --join | --join=) takes='-' ;;
        *) ;;
      esac
      list='--join --skip-bad -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:count | 1[0-9]*:count)
      case $prev$eq in
        *) ;;
      esac
      list='-h --help -V --version'
      rest='-'
      ;;
    [2-9]*:sum | 1[0-9]*:sum)
      case $prev$eq in
        -f | --field | --field=) takes='-' ;;
        *) ;;
      esac
      list='-f --field --skip-bad -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:min | 1[0-9]*:min)
      case $prev$eq in
        -f | --field | --field=) takes='-' ;;
        *) ;;
      esac
      list='-f --field --skip-bad -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:max | 1[0-9]*:max)
      case $prev$eq in
        -f | --field | --field=) takes='-' ;;
        *) ;;
      esac
      list='-f --field --skip-bad -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:mean | 1[0-9]*:mean)
      case $prev$eq in
        -f | --field | --field=) takes='-' ;;
        *) ;;
      esac
      list='-f --field --skip-bad -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:median | 1[0-9]*:median)
      case $prev$eq in
        -f | --field | --field=) takes='-' ;;
        *) ;;
      esac
      list='-f --field --skip-bad -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:percentile | 1[0-9]*:percentile)
      case $prev$eq in
        -f | --field | --field=) takes='-' ;;
        *) ;;
      esac
      list='-f --field --skip-bad -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:join | 1[0-9]*:join)
      case $prev$eq in
        -f | --field | --field=) takes='-' ;;
        *) ;;
      esac
      list='-f --field -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:reduce | 1[0-9]*:reduce)
      case $prev$eq in
        -f | --field | --field=) takes='-' ;;
        *) ;;
      esac
      list='-f --field --skip-bad -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:first | 1[0-9]*:first)
      case $prev$eq in
        *) ;;
      esac
      list='-h --help -V --version'
      rest='-'
      ;;
    [2-9]*:any | 1[0-9]*:any)
      case $prev$eq in
        -f | --field | --field=) takes='-' ;;
        -e | --pattern | --pattern=) takes='-' ;;
        --patterns | --patterns=) takes='@file' ;;
        *) ;;
      esac
      list='-F --fixed -i --ignore-case -w --word -x --whole -f --field -e --pattern --patterns -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:all | 1[0-9]*:all)
      case $prev$eq in
        -f | --field | --field=) takes='-' ;;
        -e | --pattern | --pattern=) takes='-' ;;
        --patterns | --patterns=) takes='@file' ;;
        *) ;;
      esac
      list='-F --fixed -i --ignore-case -w --word -x --whole -f --field -e --pattern --patterns -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:none | 1[0-9]*:none)
      case $prev$eq in
        -f | --field | --field=) takes='-' ;;
        -e | --pattern | --pattern=) takes='-' ;;
        --patterns | --patterns=) takes='@file' ;;
        *) ;;
      esac
      list='-F --fixed -i --ignore-case -w --word -x --whole -f --field -e --pattern --patterns -h --help -V --version'
      rest='-'
      ;;
    [2-9]*:collect | 1[0-9]*:collect)
      case $prev$eq in
        *) ;;
      esac
      list='-h --help -V --version'
      rest='-'
      ;;
    *)
      case $prev$eq in
        --from | --from=) takes='@file' ;;
        --chain | --chain=) takes='@file' ;;
        -d | --separator | --separator=) takes='-' ;;
        -D | --output-separator | --output-separator=) takes='-' ;;
        --memory | --memory=) takes='-' ;;
        --max-record | --max-record=) takes='-' ;;
        -T | --tmpdir | --tmpdir=) takes='@dir' ;;
        -j | --jobs | --jobs=) takes='-' ;;
        --stats=) takes='text json prom' ;;
        --stats-file | --stats-file=) takes='@file' ;;
        --color=) takes='auto always never' ;;
        *) ;;
      esac
      list='--from --chain -d --separator -D --output-separator -0 --null --utf8 --memory --max-record -T --tmpdir -j --jobs --explain --no-fuse --stats --stats-file -q --quiet -v --verbose --color -h --help -V --version'
      rest='filter reject where except intersect map fields template upper lower trim enumerate split matches distinct uniq sort top bottom skip limit tail take-while drop-while sample every shuffle reverse batch window peek group count sum min max mean median percentile join reduce first any all none collect'
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
complete -F _gf_stream gf-stream
