#!/usr/bin/env bash
# build.sh - whole builds of what is committed: twice with the same bytes, static, with link-time optimization,
# by other compilers, as a package. ONLY=word runs the rows that have it in their name.
#
# CROSS names a directory with the libraries of arm64 (include/, lib/), MUSL one with those of musl; without
# them the foreign compilers make gf-sem, which needs no library. What CROSS is not given for is fetched from
# Debian's archive where that is possible.
set -u
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C
unset MAKEFLAGS MFLAGS MAKEOVERRIDES SOURCE_DATE_EPOCH CC
jobs=-j$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
bad=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work" || exit 1

# row NAME CMD...: the command's output is shown when it fails; 77 is "not possible here". The first step that
# fails ends the row: no `||` behind the subshell, it would switch that off.
row() {
  local name=$1 got
  shift
  case $name in *"${ONLY:-}"*) ;; *) return 0 ;; esac
  (
    set -e
    "$@"
  ) >out 2>&1
  got=$?
  case $got in
    0) echo "ok - $name" ;;
    77) echo "ok - $name # skip $(tail -n 1 out)" ;;
    *)
      echo "not ok - $name (status $got)"
      sed 's/^/  /' out
      bad=1
      ;;
  esac
}
impossible() {
  echo "$*"
  exit 77
}
need() { command -v "$1" >/dev/null || impossible "no $1 here"; }

if git -C "$ROOT" rev-parse HEAD >/dev/null 2>&1; then
  git -C "$ROOT" diff --quiet HEAD || echo 'note: what is not committed is not tried' >&2
fi
tarball=$ROOT/$(make -s -C "$ROOT" --no-print-directory dist | tail -n 1)
tar xzf "$tarball" || exit 1
source=$(echo "$work"/gf-*)
tools=$(cd "$source/cmd" && echo gf-*)

# build DIRECTORY ARG...: a quiet make there, of the sources that were unpacked; any warning is an error.
build() {
  mkdir -p "$1"
  local log
  log=$(make -s -C "$1" -f "$source/Makefile" "$jobs" WERROR=1 "${@:2}" 2>&1) || {
    grep -v '^  [A-Z]* ' <<<"$log"
    return 1
  }
  # Warnings that are known: SQLite's dlopen in a static program; gcc links in one process if not told otherwise.
  log=$(grep -i warning: <<<"$log" | grep -v -e "Using 'dlopen' in statically linked" -e 'using serial compilation' || :)
  [ -z "$log" ] || {
    echo "$log"
    return 1
  }
}

# works BIN: the tools there do a little of what they are for.
works() {
  local tool
  for tool in $tools; do "$1/$tool" --version; done
  [ "$(printf 'b\na\n' | "$1/gf-stream" sort | tr -d '\n')" = ab ]
  [ "$(printf 'b\na\n' | "$1/gf-pool" -k echo x | tr -d '\n')" = 'x bx a' ]
  [ "$(printf 'b\na\n' | "$1/gf-ratelimit" 1000/s | tr -d '\n')" = ba ]
  [ "$("$1/gf-sem" -S "$work/sem" -j1 -- echo in)" = in ]
  "$1/gf-cron" next --tz Europe/Berlin '@daily'
  "$1/gf-cron" once '@in 1s' -- true
}

# ---- the same bytes ----------------------------------------------------------------------------

# As another user, on another day, from another directory with another umask.
elsewhere() {
  mkdir -p "$work/other/deep"
  tar xzf "$tarball" -C "$work/other/deep"
  cd "$work"/other/deep/gf-*
  find . -exec touch -d '2031-02-03 04:05:06' {} +
  if [ "$(id -u)" = 0 ]; then
    chown -R nobody .
    as_other=(setpriv --reuid=nobody --clear-groups env HOME=/)
  fi
  (umask 077 && "${as_other[@]}" faketime '2031-02-03 04:05:06' \
    make -s "$jobs" TZ=Asia/Tokyo LC_ALL=C.UTF-8 all dist deb DEPS=no)
}
same_bytes() {
  need faketime
  need dpkg-shlibdeps
  local as_other=(env)
  (cd "$source" && umask 022 && make -s "$jobs" all dist deb DEPS=no)
  (elsewhere)
  local file other
  other=$(echo "$work"/other/deep/gf-*)
  cd "$source/build"
  for file in bin/gf-* gf*.tar.gz gf*.deb; do cmp "$file" "$other/build/$file"; done
  cmp "gf"*.tar.gz "$tarball"
}
package() {
  need lintian
  local deb
  deb=$(echo "$source"/build/gf_*.deb)
  [ -e "$deb" ] || deb=$source/$(cd "$source" && make -s "$jobs" all deb | tail -n 1)
  lintian --allow-root --fail-on error,warning,info -I "$deb"
  if [ "$(id -u)" = 0 ]; then
    # A root of its own: dpkg unpacks and registers there, its dependencies are those of this machine.
    mkdir -p dpkg/var/lib/dpkg/{info,updates}
    touch dpkg/var/lib/dpkg/status
    dpkg --root="$work/dpkg" --force-depends --log=/dev/null -i "$deb"
    works "$work/dpkg/usr/bin"
    dpkg --root="$work/dpkg" --log=/dev/null --verify gf
    dpkg --root="$work/dpkg" --log=/dev/null --purge gf
    [ -z "$(find dpkg/usr -type f)" ]
  else
    dpkg-deb -x "$deb" dpkg
    works "$work/dpkg/usr/bin"
  fi
}
row 'two directories, users, days and umasks give the same bytes' same_bytes
row 'the package is clean under lintian, and dpkg installs and purges it' package

# ---- static ------------------------------------------------------------------------------------

# in_root CMD...: in a root directory that holds the static tools alone, with their own PATH.
in_root() {
  if [ "$(id -u)" = 0 ]; then env -i PATH=/bin "$(command -v chroot)" root "$@"
  else env -i PATH=/bin "$(command -v unshare)" -r "$(command -v chroot)" root "$@"; fi
}
# refused STATUS TEXT CMD...: in the root; the message says what is not there.
refused() {
  local want=$1 text=$2 got=0 said
  shift 2
  said=$(in_root "$@" 2>&1) || got=$?
  [ "$got" = "$want" ] && [[ $said == *"$text"* ]] || {
    echo "$*: status $got: $said"
    return 1
  }
}
no_interpreter() {
  local tool
  for tool in "$@"; do
    [ -z "$(readelf -ldW "$tool" | grep -e INTERP -e NEEDED)" ]
  done
}
static() {
  build . static
  no_interpreter build/static/bin/*
  build . STATIC=1 build/static/tests/unit
  build/static/tests/unit account
  build/static/tests/unit statepath
  works "$work/build/static/bin"
}
position_independent() {
  local tool
  for tool in build/static/bin/*; do readelf -hW "$tool" | grep 'Type: *DYN'; done
}
empty_root() {
  local tool
  mkdir -p root/bin
  cp build/static/bin/* root/bin
  for tool in $tools; do in_root "/bin/$tool" --version; done
  [ "$(printf 'b\na\n' | in_root /bin/gf-stream filter a)" = a ]
  [ "$(printf 'b\na\n' | in_root /bin/gf-ratelimit 1000/s | tr -d '\n')" = ba ]
  [[ $(in_root /bin/gf-sem -S /sem -j1 -- gf-stream --version) == 'gf-stream (gf)'* ]]
  [[ $(in_root /bin/gf-cron next '* * * * *') == *+00:00 ]]
  [[ $(in_root /bin/gf-cron once '@in 1s' -- gf-stream --version) == 'gf-stream (gf)'* ]]
}
missing_parts() {
  refused 2 'this machine has no time zones' gf-cron next --tz Europe/Berlin '* * * * *'
  refused 125 'cannot open /dev/null: No such file' gf-pool true </dev/null
  refused 125 "cannot make a temporary file in '/var/tmp'" gf-stream sort </dev/null
  mkdir -p root/dev
  : >root/dev/null
  refused 0 "cannot start job 'job' by /bin/sh: No such file" gf-cron run -e '@in 1s' -- gf-stream
  refused 127 "command not found: 'sh'" gf-pool -s 'echo "$1"' <<<record
}
row 'static tools need no shared library' static
row 'static tools of glibc can be placed anywhere' position_independent
row 'static tools run in an empty root directory' empty_root
row 'static tools name what they miss there' missing_parts

# ---- flags and compilers -----------------------------------------------------------------------

flto() {
  build lto CFLAGS='-O2 -flto'
  works "$work/lto/build/bin"
}
flto_clang() {
  need clang
  need llvm-ar
  need ld.lld
  build lto-clang CC=clang CFLAGS='-O2 -flto' LDFLAGS=-fuse-ld=lld
  works "$work/lto-clang/build/bin"
}
words() {
  need ccache
  export CCACHE_DIR=$work/ccache
  build words CFLAGS=-O1 CC='ccache gcc -m64' CPPFLAGS=-D_FORTIFY_SOURCE=2
  works "$work/words/build/bin"
}
by_clang() {
  need clang
  build clang CFLAGS=-O1 CC=clang
  works "$work/clang/build/bin"
}
# Headers and libraries in a prefix that the compiler does not know. ev.h has 140 warnings under our flags; as
# the user's header it must have none.
prefix() {
  mkdir -p prefix/include prefix/lib
  local header library
  for header in ev pcre2 sqlite3 xxhash jansson; do
    echo "#include <$header.h>" | cc -DPCRE2_CODE_UNIT_WIDTH=8 -M -x c - | tr ' ' '\n' | grep -E "/($header|${header}_config).h$"
  done | xargs -I FILE cp FILE prefix/include
  for library in ev pcre2-8 sqlite3 jansson; do
    cp "$(readlink -f "$(cc -print-file-name="lib$library.so")")" "prefix/lib/lib$library.so"
    ln -s "lib$library.so" "prefix/lib/$(readelf -d "prefix/lib/lib$library.so" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')"
  done
  build prefix CFLAGS=-O1 CPPFLAGS="-I$work/prefix/include" PKG_CONFIG=false \
    LDFLAGS="-L$work/prefix/lib -Wl,-rpath,$work/prefix/lib"
  works "$work/prefix/build/bin"
  ldd prefix/build/bin/gf-cron >linked
  grep "$work/prefix/lib/libev" linked
  grep "$work/prefix/lib/libsqlite3" linked
}
row 'link-time optimization' flto
row 'link-time optimization by clang' flto_clang
row 'clang' by_clang
row 'a compiler of several words, and the level of FORTIFY of Debian' words
row 'headers in a prefix of the user' prefix

# The kernel's headers belong to no libc, and musl-gcc does not look where Debian has them.
musl_sem() {
  need musl-gcc
  local header
  mkdir -p kernel
  for header in linux asm asm-generic; do
    ln -s "$(dirname "$(echo "#include <$header/types.h>" | cc -M -x c - | tr ' ' '\n' | grep -m1 "/$header/types.h$")")" "kernel/$header"
  done
  build musl CC=musl-gcc STATIC=1 CPPFLAGS="-I$work/kernel" build/static/bin/gf-sem
  no_interpreter musl/build/static/bin/gf-sem
  [ "$(musl/build/static/bin/gf-sem -S "$work/sem" -j1 -- echo in)" = in ]
}
musl() {
  need musl-gcc
  [ -n "${MUSL:-}" ] || impossible 'MUSL names no directory with the libraries'
  build musl static CC=musl-gcc CPPFLAGS="-I$MUSL/include" LDFLAGS="-L$MUSL/lib"
  no_interpreter musl/build/static/bin/*
  works "$work/musl/build/static/bin"
}
row 'gf-sem by musl-gcc' musl_sem
row 'all tools by musl-gcc' musl

cross=aarch64-linux-gnu
on_arm64() { file=$1 && readelf -hW "$file" | grep 'Machine: *AArch64'; }
cross_sem() {
  need $cross-gcc
  build cross CC=$cross-gcc build/bin/gf-sem
  on_arm64 cross/build/bin/gf-sem
}
# The development packages of arm64, unpacked beside us, by an apt that looks at lists of its own.
fetch_arm64() {
  need apt-get
  need dpkg-deb
  mkdir -p arm64/lists/partial arm64/cache/archives/partial arm64/root
  : >arm64/status
  local apt=(apt-get -qq -o Dir::State="$work/arm64" -o Dir::State::Lists="$work/arm64/lists"
    -o Dir::State::Status="$work/arm64/status" -o Dir::Cache="$work/arm64/cache" -o APT::Architecture=arm64
    -o APT::Architectures::=arm64 -o APT::Sandbox::User=root -o Debug::NoLocking=1)
  "${apt[@]}" update >&2 || impossible 'the lists of arm64 cannot be fetched'
  (cd arm64 && "${apt[@]}" download libev-dev libev4 libpcre2-dev libpcre2-8-0 libsqlite3-dev libsqlite3-0 libxxhash-dev libjansson-dev libjansson4) \
    >&2 || impossible 'the packages of arm64 cannot be fetched'
  local deb
  for deb in arm64/*.deb; do dpkg-deb -x "$deb" arm64/root; done
  mkdir -p arm64/prefix
  cp -r arm64/root/usr/include arm64/prefix/include
  mkdir -p arm64/prefix/lib
  cp -a arm64/root/usr/lib/$cross/. arm64/root/lib/$cross/. arm64/prefix/lib 2>/dev/null || :
}
cross_all() {
  need $cross-gcc
  if [ -z "${CROSS:-}" ]; then
    fetch_arm64
    CROSS=$work/arm64/prefix
  fi
  build cross CC=$cross-gcc CPPFLAGS="-I$CROSS/include" \
    LDFLAGS="-L$CROSS/lib -Wl,-rpath-link,$CROSS/lib"
  local tool
  for tool in $tools; do on_arm64 "cross/build/bin/$tool"; done
}
row 'gf-sem for another machine' cross_sem
row 'all tools for another machine' cross_all

exit $bad
