#!/bin/sh
# image.sh - does what the Dockerfile in README.md says, without Docker, on the bare machine that
# tests/fresh/run.sh made: its first stage is this machine, with the tree in /gf; the last one is an
# empty directory, so that what its binaries need and nobody copied is missing. Then it runs CMD there
# for a moment. An instruction that it does not know ends it, so the recipe is parsed as well.
#
# image.sh --parse only reads the recipe (any machine; changes nothing).
set -eu
cd "$(dirname "$0")/../.."
recipe=$(awk '/^```dockerfile/ { inside = 1; next } /^```/ { inside = 0 } inside && NF' README.md)
[ -n "$recipe" ] || { echo 'README.md has no Dockerfile' >&2; exit 1; }
parse_only=
[ "${1:-}" != --parse ] || parse_only=1
image=$PWD/build/image
stages=0
command=

wrong() {
  echo "README.md's Dockerfile: $*" >&2
  exit 1
}

# A network that fails is tried three times; build/no-packages then says that no change can help it.
do_run() {
  [ -z "$parse_only" ] || return 0
  for pause in 0 5 20; do
    sleep "$pause"
    if (cd / && sh -ec "$1") </dev/null >/dev/null; then return; fi
    case $1 in apt-get*) ;; *) break ;; esac
  done
  case $1 in apt-get*) mkdir -p build && echo "$1" >build/no-packages ;; esac
  wrong "RUN $1: failed"
}

# do_copy FROM-STAGE SOURCE TARGET
do_copy() {
  [ -z "$parse_only" ] || return 0
  if [ "$stages" -eq 1 ]; then
    case "$2 $(cd "$3" && pwd)" in ". $PWD") return ;; esac
    wrong "COPY $2 $3: the tree is in $PWD"
  fi
  mkdir -p "$image/$(dirname "$3")"
  if [ -n "$1" ]; then source=$2; else source=build/image-context/$2; fi
  if [ -d "$source" ]; then mkdir -p "$image/$3" && cp -rL "$source/." "$image/$3"; else cp "$source" "$image/$3"; fi
}

if [ -z "$parse_only" ]; then
  rm -rf "$image"
  mkdir -p "$image" build/image-context
  echo '*/5 * * * * echo the job of the image' >build/image-context/crontab
fi

# A here-document, because what is set behind a pipe is lost.
while read -r word rest; do
  # shellcheck disable=SC2086 # words
  set -- $rest
  case $word in
    FROM) case $# in 1 | 3) stages=$((stages + 1)) ;; *) wrong "FROM $rest" ;; esac ;;
    RUN) do_run "$rest" ;;
    COPY)
      from=
      case $1 in
        --from=build) from=build && shift ;;
        --*) wrong "COPY $rest" ;;
      esac
      [ $# -eq 2 ] || wrong "COPY $rest"
      do_copy "$from" "$1" "$2"
      ;;
    CMD)
      # ["a", "b"]: no word of the recipe has a blank or a comma in it.
      command=$(printf '%s\n' "$rest" | sed -n 's/^\[\(".*"\)\]$/\1/p' | sed 's/"\([^",]*\)",*/\1/g')
      [ -n "$command" ] || wrong "CMD $rest"
      ;;
    *) wrong "unknown instruction '$word'" ;;
  esac
done <<END
$recipe
END
if [ "$stages" -ne 2 ] || [ -z "$command" ]; then wrong 'two stages and a CMD are expected'; fi
[ -z "$parse_only" ] || exit 0

for tool in "$image"/usr/local/bin/gf-*; do
  chroot "$image" "/usr/local/bin/${tool##*/}" --version
done
# Without a shell in the image no job could run, and none is due so soon.
# shellcheck disable=SC2086 # words
said=$(env PATH=/usr/local/bin /usr/bin/timeout 2 /usr/sbin/chroot "$image" $command 2>&1) || [ $? -eq 124 ]
echo "$said"
case $said in
  *'1 job'*'Europe/Berlin'*) ;;
  *) wrong 'CMD did not start the scheduler' ;;
esac
rm -rf "$image"
