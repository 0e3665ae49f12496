#!/usr/bin/env bash
# musl.sh - builds the tools against musl, statically, and runs the tests that such a build can run. `make fresh
# LIBC=musl` calls it as root in a bare Debian, in a copy of the tree; what it installs would not suit
# another machine. T=pool narrows the tests to names that hold it.
#
# Debian has musl, but no libraries for it: libev, PCRE2 (8 bits, with JIT) and SQLite are built from
# Debian's own sources into build/musl/prefix, which is kept between runs. xxhash.h and the kernel's
# headers are linked there. Then the tools are built with WERROR=1 and must be static; the unit tests
# and the bats files run one after the other, as TAP streams through tests/tap.awk. Where packages or
# sources cannot be had after three tries, build/no-packages names them (see tests/deps.sh).
set -u
cd "$(dirname "$0")/../.." || exit 1
ROOT=$PWD
KEEP=$ROOT/build/musl
PREFIX=$KEEP/prefix
OUT=$ROOT/build/musl-check
B=build/static # where STATIC=1 builds
JOBS=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
T=${T:-}
LIMIT=900 # seconds a part may take
parts=0

packages=(musl-tools gcc libc6-dev linux-libc-dev libxxhash-dev make dpkg-dev tcl file
  bats curl jq parallel procps python3 strace tzdata bsdextrautils bsdutils util-linux git)

# Bats files that are left out, and why.
left_out='
alloc.bats          a shim that is loaded before the libc: a static binary loads none
cron_clock.bats     the same
cron_trouble.bats   the same
completions.bats    compares what is committed with the option tables, in three shells: no libc in it
docs.bats           reads the pages with the formatters: no libc in it
demo.bats           runs the demo, which builds for this machine
fetch.bats          gf-fetch: no libcurl is built here
fetch_again.bats    the same
fetch_alloc.bats    the same
fetch_dir.bats      the same
fetch_hosts.bats    the same
fetch_limits.bats   the same
fetch_nginx.bats    the same
fetch_redirect.bats the same
fetch_report.bats   the same
fetch_retry.bats    the same
fetch_safety.bats   the same
fetch_told.bats     the same
install.bats        installs a build for this machine
lint.bats           tests the tests
'

say() { printf 'musl: %s\n' "$*"; }

# died WHAT LOG: the end, with the last lines of the log.
died() {
  say "$1"
  tail -n 30 "$2" 2>/dev/null | sed 's/^/  /'
  exit 1
}

# ---- packages and sources ----------------------------------------------------------------------------

apt() { DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" </dev/null; }

# three CMD...: up to three tries; the lists of packages are fetched before each.
three() {
  local pause
  for pause in 0 5 20; do
    sleep "$pause"
    apt update >/dev/null && "$@" && return
  done
  return 1
}

# without WHAT...: ends the run, in the words of tests/deps.sh.
without() {
  echo "$*" >"$ROOT/build/no-packages"
  say "apt-get could not get: $*"
  exit 1
}

install() { apt install -y --no-install-recommends "${packages[@]}" >/dev/null; }

# What apt knows as a source of packages becomes one of sources too.
add_sources() {
  local file
  for file in /etc/apt/sources.list.d/*.sources; do
    if [ -e "$file" ]; then sed -i 's/^Types: *deb *$/Types: deb deb-src/' "$file"; fi
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    if [ -e "$file" ] && ! grep -q '^deb-src' "$file"; then
      sed -n 's/^deb /deb-src /p' "$file" >"$KEEP/deb-src"
      cat "$KEEP/deb-src" >>"$file"
    fi
  done
}

# versions NAME: of the source package, the newest first.
versions() {
  apt-cache showsrc --only-source "$1" | sed -n 's/^Version: //p' | sort -ruV
}

# get_source NAME: unpacks it in the current directory. An archive may lack the newest version that its
# list names (a copy of the security archive, often): the one before it serves too.
get_source() {
  local version
  for version in $(versions "$1"); do
    if apt source --only-source "$1=$version" >"$OUT/source-$1.log" 2>&1; then
      say "$1 $version"
      return
    fi
    say "$1 $version cannot be had"
  done
  return 1
}

# ---- the libraries -----------------------------------------------------------------------------------

link_headers() {
  mkdir -p "$PREFIX/include" "$PREFIX/lib" &&
    ln -sfn /usr/include/linux "$PREFIX/include/linux" &&
    ln -sfn /usr/include/asm-generic "$PREFIX/include/asm-generic" &&
    ln -sfn "/usr/include/$(gcc -print-multiarch)/asm" "$PREFIX/include/asm" &&
    ln -sfn /usr/include/xxhash.h "$PREFIX/include/xxhash.h"
}

configured() {
  ./configure --quiet --disable-shared --prefix="$PREFIX" CC=musl-gcc CFLAGS=-O2 \
    CPPFLAGS="-isystem $PREFIX/include" "$@"
}

# Each of these runs in the directory of the library's source.
make_libev() { configured && make -s -j"$JOBS" install-libLTLIBRARIES install-includeHEADERS; }

make_pcre2() {
  configured --enable-jit && make -s -j"$JOBS" libpcre2-8.la pcre2-config &&
    cp .libs/libpcre2-8.a "$PREFIX/lib" && cp src/pcre2.h "$PREFIX/include"
}

# Debian's source is the tree that SQLite's one large file is made from.
make_sqlite3() {
  configured --disable-tcl --disable-readline BUILD_CC=gcc && make -s sqlite3.c sqlite3.h &&
    musl-gcc -O2 -DSQLITE_THREADSAFE=1 -DSQLITE_OMIT_LOAD_EXTENSION -c -o sqlite3-musl.o sqlite3.c &&
    ar rcs "$PREFIX/lib/libsqlite3.a" sqlite3-musl.o && cp sqlite3.h "$PREFIX/include"
}

make_jansson() {
  configured && make -s -C src -j"$JOBS" install
}

# library NAME ARCHIVE: unless the prefix has it.
library() {
  local work=$KEEP/work
  if [ -s "$PREFIX/lib/$2" ]; then return; fi
  rm -rf "$work" && mkdir -p "$work" && chmod 777 "$work" && cd "$work" || exit 1
  three get_source "$1" || without "the source of $1"
  cd "$work/$1"-*/ || died "no source of $1" "$OUT/source-$1.log"
  if ! "make_$1" >"$OUT/$1.log" 2>&1; then
    rm -f "$PREFIX/lib/$2"
    died "$1 does not build with musl" "$OUT/$1.log"
  fi
  cd "$ROOT" && rm -rf "$work"
}

# ---- the tools ---------------------------------------------------------------------------------------

musl_make() {
  make -s -j"$JOBS" CC=musl-gcc STATIC=1 WERROR=1 CPPFLAGS="-I$PREFIX/include" LDFLAGS="-L$PREFIX/lib" "$@"
}

build() {
  local tool aids=()
  for tool in tests/cli/aid/*.c; do
    case $tool in *.so.c) ;; *) aids+=("$B/tests/aid/$(basename "$tool" .c)") ;; esac
  done
  musl_make all "$B/tests/unit" "${aids[@]}" >"$OUT/build.log" 2>&1 || died 'the tools do not build' "$OUT/build.log"
  if grep -i warning "$OUT/build.log"; then died 'the build warns' "$OUT/build.log"; fi
  for tool in "$B"/bin/gf-*; do
    file "$tool" | grep -q 'statically linked' || died "$tool is not static" /dev/null
    grep -qa 'GLIBC_\|GNU C Library' "$tool" && died "$tool has glibc in it" /dev/null
  done
  say "$(find "$B/bin" -name 'gf-*' | wc -l) tools are built, static"
}

# ---- the tests ---------------------------------------------------------------------------------------

# part LABEL CMD...: one TAP stream.
part() {
  local label=$1 status=0 start=$SECONDS
  shift
  parts=$((parts + 1))
  timeout -k 10 "$LIMIT" "$@" >"$OUT/$label.tap" 2>&1 </dev/null || status=$?
  awk -v label="$label" -v status="$status" -v seconds=$((SECONDS - start)) -v narrowed="$T" \
    -v variant=musl -v counts="$OUT/counts" -v skips="$OUT/skips" -f tests/tap.awk "$OUT/$label.tap"
}

cli() {
  local file name
  export GF_BIN=$ROOT/$B/bin GF_AID=$ROOT/$B/tests/aid
  for file in tests/cli/*"$T"*.bats; do
    name=$(basename "$file")
    if [ -e "$file" ] && ! grep -q "^$name " <<<"$left_out"; then part "$name" bats --tap "$file"; fi
  done
}

mkdir -p "$KEEP" && rm -rf "$OUT" && mkdir "$OUT" && : >"$OUT/counts" && : >"$OUT/skips" || exit 1
rm -f build/no-packages
add_sources
three install || without "${packages[@]}"
link_headers || died 'no headers' /dev/null
library libev libev.a
library pcre2 libpcre2-8.a
library sqlite3 libsqlite3.a
library jansson libjansson.a
build
part unit "$B/tests/unit" ${T:+"$T"}
cli
echo
sort "$OUT/skips" | uniq -c | sed 's/^/  skipped /; s/ musl / /'
printf '%s\n' "$left_out" | sed -n 's/^\([a-z_]*\.bats\) */  left out \1: /p'
awk -v parts="$parts" -v narrowed="$T" -f tests/total.awk "$OUT/counts"
