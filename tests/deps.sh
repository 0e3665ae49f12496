#!/bin/sh
# deps.sh - what a target needs beside make: deps.sh demo|check|fuzz|cov|bench|fresh|deb|long
#
# Each row of the table is a purpose, a probe and the Debian package that satisfies the probe. Only
# what is missing is installed, by apt-get, with sudo when not root. Where there is no apt-get the
# packages are named and the target stops. DEPS=no installs nothing, names what is missing, and lets
# the target go on with what there is (a check that needs a missing tool then fails by name).
#
# Plain sh, because a small system has no bash yet. Exit status 1: something is missing. When
# packages could not be had after three tries, the file build/no-packages says which, for whoever
# wants to tell a network that fails from a test that fails (tests/fresh/run.sh).
set -u

# A probe is a command's name, a file (/...), or <header.h>.
table='
build make make
build cc gcc
build <stdio.h> libc6-dev
build <ev.h> libev-dev
build <pcre2.h> libpcre2-dev
build <sqlite3.h> libsqlite3-dev
build <xxhash.h> libxxhash-dev
build <jansson.h> libjansson-dev
demo <curl/curl.h> libcurl4-openssl-dev
demo <nettle/sha2.h> nettle-dev
demo <hiredis/hiredis.h> libhiredis-dev
check <curl/curl.h> libcurl4-openssl-dev
check <nettle/sha2.h> nettle-dev
check <hiredis/hiredis.h> libhiredis-dev
fuzz <curl/curl.h> libcurl4-openssl-dev
fuzz <nettle/sha2.h> nettle-dev
fuzz <hiredis/hiredis.h> libhiredis-dev
cov <curl/curl.h> libcurl4-openssl-dev
cov <nettle/sha2.h> nettle-dev
cov <hiredis/hiredis.h> libhiredis-dev
bench <curl/curl.h> libcurl4-openssl-dev
bench <nettle/sha2.h> nettle-dev
bench <hiredis/hiredis.h> libhiredis-dev
deb <curl/curl.h> libcurl4-openssl-dev
deb <nettle/sha2.h> nettle-dev
deb <hiredis/hiredis.h> libhiredis-dev
long <curl/curl.h> libcurl4-openssl-dev
long <nettle/sha2.h> nettle-dev
long <hiredis/hiredis.h> libhiredis-dev
demo bash bash
demo curl curl
demo python3 python3
check bash bash
check bats bats
check shellcheck shellcheck
check mandoc mandoc
check man man-db
check groff groff-base
check clang-format clang-format
check zsh zsh
check fish fish
check /usr/share/bash-completion/bash_completion bash-completion
check jq jq
check mawk mawk
check mlr miller
check datamash datamash
check curl curl
check sqlite3 sqlite3
check parallel parallel
check python3 python3
check strace strace
check ps procps
check ip iproute2
check script bsdutils
check col bsdextrautils
check prlimit util-linux
check setsid util-linux
check setpriv util-linux
check git git
check nginx nginx-light
check openssl openssl
check gzip gzip
check bzip2 bzip2
check xz xz-utils
check zstd zstd
check dpkg-shlibdeps dpkg-dev
check redis-server redis-server
check redis-cli redis-tools
check /usr/share/zoneinfo/tzdata.zi tzdata
fuzz clang clang
cov lcov lcov
fresh bash bash
fresh mmdebstrap mmdebstrap
fresh git git
bench pv pv
bench mbuffer mbuffer
bench s6-log s6
bench svlogd runit
bench multilog daemontools
bench rotatelogs apache2-utils
bench xe xe
bench parallel parallel
bench rg ripgrep
bench mawk mawk
bench gawk gawk
bench perl perl
bench mlr miller
bench datamash datamash
bench csvgrep csvkit
bench xargs findutils
bench nginx nginx-light
bench wget2 wget2
bench aria2c aria2
bench strace strace
bench jq jq
bench redis-server redis-server
bench redis-cli redis-tools
bench beanstalkd beanstalkd
bench python3 python3
deb bash bash
deb dpkg-shlibdeps dpkg-dev
long bash bash
long dpkg-shlibdeps dpkg-dev
long lintian lintian
long gcc gcc
long clang-tidy clang-tidy
long cppcheck cppcheck
long git git
long ccache ccache
long faketime faketime
long musl-gcc musl-tools
long aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
long /usr/aarch64-linux-gnu/include/stdio.h libc6-dev-arm64-cross
'

purpose=${1:?deps.sh PURPOSE}
CC=${CC:-cc} # may be several words: a compiler behind ccache, a flag
cd "$(dirname "$0")/.." || exit 1
rm -f build/no-packages

has() {
  case $1 in
    '<pcre2.h>') printf '#define PCRE2_CODE_UNIT_WIDTH 8\n#include %s\n' "$1" | $CC -E - >/dev/null 2>&1 ;;
    '<'*) printf '#include %s\n' "$1" | $CC -E - >/dev/null 2>&1 ;;
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

# Words, because sh has no arrays; no package has a blank in its name.
missing=
while read -r target probe package; do
  if [ "$target" = build ] || [ "$target" = "$purpose" ]; then
    case " $missing " in *" $package "*) continue ;; esac
    has "$probe" || missing="$missing${missing:+ }$package"
  fi
done <<END
$table
END

[ -n "$missing" ] || exit 0

if [ "${DEPS:-auto}" = no ]; then
  echo "missing for 'make $purpose' (Debian's names): $missing" >&2
  exit 0
fi

if ! command -v apt-get >/dev/null; then
  echo "please install what 'make $purpose' needs (Debian's names): $missing" >&2
  exit 1
fi

as_root=
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "neither root nor sudo: please install $missing" >&2
    exit 1
  fi
  as_root=sudo
fi

echo "installing $missing"
apt() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" </dev/null; }
# shellcheck disable=SC2086 # words
install() { apt install -y --no-install-recommends $missing >/dev/null; }

# The lists of a fresh machine are often empty or old: fetch them, and only then give up.
install 2>/dev/null && exit
for pause in 0 5 20; do
  sleep "$pause"
  apt update >/dev/null && install && exit
done
mkdir -p build && echo "$missing" >build/no-packages
echo "apt-get could not install: $missing" >&2
exit 1
