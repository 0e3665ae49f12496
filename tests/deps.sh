#!/usr/bin/env bash
# deps.sh - what a target needs beside the compiler: deps.sh demo|check|fuzz|cov|bench
#
# Each row of the table is a purpose, a probe and the Debian package that satisfies it. Only what is
# missing is installed, by apt-get, with sudo when not root. Where there is no apt-get the packages
# are named and the target stops. DEPS=no installs nothing, names what is missing, and lets the
# target go on with what there is (a check that needs a missing tool then fails by name).
set -u

# A probe is a command's name, or <header.h>, or +flag for something the compiler must link with.
table='
build make make
build cc gcc
build <stdio.h> libc6-dev
build <ev.h> libev-dev
build <pcre2.h> libpcre2-dev
build <sqlite3.h> libsqlite3-dev
build <xxhash.h> libxxhash-dev
demo curl curl
check bats bats
check shellcheck shellcheck
check mandoc mandoc
check clang-format clang-format
check zsh zsh
check fish fish
check jq jq
check curl curl
check strace strace
check ps procps
check script bsdutils
check prlimit util-linux
check setsid util-linux
check git git
fuzz clang clang
cov lcov lcov
bench pv pv
bench xe xe
bench parallel parallel
bench rg ripgrep
bench mawk mawk
bench gawk gawk
bench perl perl
bench mlr miller
bench datamash datamash
bench xargs findutils
'

purpose=${1:?deps.sh PURPOSE}
CC=${CC:-cc}

has() {
  case $1 in
    '<pcre2.h>') printf '#define PCRE2_CODE_UNIT_WIDTH 8\n#include %s\n' "$1" | "$CC" -E - >/dev/null 2>&1 ;;
    '<'*) printf '#include %s\n' "$1" | "$CC" -E - >/dev/null 2>&1 ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

missing=()
while read -r target probe package; do
  if [ "$target" = build ] || [ "$target" = "$purpose" ]; then
    if ! has "$probe" && [[ " ${missing[*]} " != *" $package "* ]]; then
      missing+=("$package")
    fi
  fi
done <<<"$(sed '/^$/d' <<<"$table")"

[ ${#missing[@]} -gt 0 ] || exit 0

if [ "${DEPS:-auto}" = no ]; then
  echo "missing for 'make $purpose' (Debian's names): ${missing[*]}" >&2
  exit 0
fi

if ! command -v apt-get >/dev/null; then
  echo "please install what 'make $purpose' needs (Debian's names): ${missing[*]}" >&2
  exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "neither root nor sudo: please install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

echo "installing ${missing[*]}"
install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null
}
# The lists of a fresh machine are often empty or old: fetch them, and only then give up.
install 2>/dev/null || {
  "${as_root[@]}" apt-get update -qq </dev/null && install
} || {
  echo "apt-get could not install: ${missing[*]}" >&2
  exit 1
}
