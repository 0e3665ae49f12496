#!/usr/bin/env bash
# run.sh [--or-here] [VARIABLE=VALUE]... - README's two commands, `make demo` and `make check`, on a machine that has
# nothing of ours: a bare Debian (mmdebstrap's minbase, and make), in namespaces of its own. What was
# only installed by hand here is missing there. LIBC=musl builds and tests against musl instead
# (tests/fresh/musl.sh). Between the two, what README's Dockerfile says is done (tests/fresh/image.sh).
#
# The tree is what is committed (HEAD). The root is kept as build/fresh/root.tar (remove the file for a newer
# one) and unpacked for each run. Needs root, for the namespaces.
#
# --or-here (for CI): where such a root cannot be made, or packages cannot be had in it, this is said, and
# `make check` runs here, since no change can help that. A test that fails there is a failure.
set -u
cd "$(dirname "$0")/../.." || exit 1
TOP=$PWD
DIR=$TOP/build/fresh
TAR=$DIR/root.tar
ROOT=$DIR/root
MAKE=${MAKE:-make}
or_here=
variables=()
for word in "$@"; do
  case $word in
    --or-here) or_here=1 ;;
    *=*) variables+=("$word") ;;
    *) echo "run.sh: what is '$word'?" >&2 && exit 2 ;;
  esac
done

say() { printf 'fresh: %s\n' "$*"; }

# here WHY: the plain check instead, or the end.
here() {
  say "no bare root: $1"
  [ -n "$or_here" ] || exit 1
  say 'running the check on this machine instead'
  exec "$MAKE" check "${variables[@]}"
}

clean() {
  rm -rf --one-file-system "$ROOT"
}

# make_root: the tar, unless it is there.
make_root() {
  [ -s "$TAR" ] && return
  tests/deps.sh fresh || return
  say 'making a bare root with mmdebstrap'
  mkdir -p "$DIR" || return
  # This machine's own archives and keys: what it can reach, the root can.
  local code file sources=()
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
    if [ -s "$file" ]; then sources+=("$file"); fi
  done
  code=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  mmdebstrap --quiet --variant=minbase --include=make --format=tar "$code" "$TAR.new" "${sources[@]}" &&
    mv "$TAR.new" "$TAR"
}

# lay_out: the root unpacked, the committed tree in /gf in it.
lay_out() {
  clean
  mkdir -p "$ROOT" && tar -C "$ROOT" --numeric-owner -xf "$TAR" || return
  rm -f "$ROOT/etc/resolv.conf" "$ROOT/etc/apt/apt.conf.d/99mmdebstrap"
  cp /etc/resolv.conf "$ROOT/etc/resolv.conf" || return
  # How the archive is reached from here (a proxy, say) is a fact of this machine, not of the root.
  local conf
  for conf in /etc/apt/apt.conf /etc/apt/apt.conf.d/*; do
    if grep -qsiE '^[^/#]*acquire' "$conf"; then cp "$conf" "$ROOT/etc/apt/apt.conf.d/" || return; fi
  done
  mkdir "$ROOT/gf" && git archive HEAD | tar -C "$ROOT/gf" -xf - || return
  # The commit itself too, for the tests of what git packs; without it they are skipped there.
  git clone -q --bare --depth 1 "file://$TOP" "$ROOT/gf/.git" &&
    git -C "$ROOT/gf" config core.bare false && git -C "$ROOT/gf" reset -q
  return 0
}

# step SECONDS CMD...: in the root, in /gf.
step() {
  local start=$SECONDS status=0 limit=$1
  shift
  say "$*"
  timeout -k 10 "$limit" tests/fresh/enter.sh "$ROOT" sh -c 'cd /gf && exec "$@"' sh "$@" </dev/null || status=$?
  # The line of totals stays the last one.
  if [ "${2:-}" != check ]; then say "$1 ${2:-}: status $status after $((SECONDS - start)) s"; fi
  if [ "$status" -ne 0 ] && [ -e "$ROOT/gf/build/no-packages" ]; then
    here "packages could not be had: $(cat "$ROOT/gf/build/no-packages")"
  fi
  [ "$status" -eq 0 ]
}

[ "$(id -u)" -eq 0 ] || here 'only root may make one'
unshare --mount --pid --fork true 2>/dev/null || here 'namespaces are not allowed here'
git rev-parse HEAD >/dev/null 2>&1 || here 'not a git checkout'
make_root || here 'mmdebstrap could not make it'
lay_out || here 'it could not be unpacked'
trap clean EXIT
trap 'exit 130' INT TERM

say "commit $(git log -1 --format='%h %s')"
case " ${variables[*]} " in
  *' LIBC=musl '*)
    mkdir -p "$DIR/musl" "$ROOT/gf/build/musl"
    cp -r "$DIR/musl/." "$ROOT/gf/build/musl" # what was built of the libraries last time
    step 3600 tests/fresh/musl.sh
    status=$?
    cp -r "$ROOT/gf/build/musl/." "$DIR/musl"
    exit "$status"
    ;;
esac
step 600 make demo && step 600 tests/fresh/image.sh && step 4500 make check "${variables[@]}"
