#!/usr/bin/env bats
# install.bats - make install, uninstall, dist, help; builds that honour the user's variables.
# bats file_tags=plain

load helper

# The variables that `make check` was given hold here too, so that nothing is built anew.
eval "vars=(${GF_MAKE_VARS:-})"
# shellcheck disable=SC2154 # set by the eval
quiet_make() { make -s -C "$ROOT" --no-print-directory "${vars[@]}" "$@"; }

# A build of the sources from here, in an empty directory beside the test: fast, not for use.
elsewhere() {
  make -s -f "$ROOT/Makefile" --no-print-directory "${vars[@]}" CFLAGS=-O0 HARDEN= "$@"
}

# What the build would run, a command a line.
planned() {
  make -n -B -f "$ROOT/Makefile" --no-print-directory "$@" 2>stderr
  [ ! -s stderr ] || fails "$(cat stderr)"
}

# What several tests look at is made once: the tarball, where there is git, and a tool that is built through a
# link and without the headers of other tools' libraries.
setup_file() {
  cd "$BATS_FILE_TMPDIR" || return
  mkdir one poison
  ln -s one link
  for header in ev pcre2 sqlite3 xxhash jansson; do echo '#error not here' >"poison/$header.h"; done
  (cd link && one_tool) || return
  ! git -C "$ROOT" rev-parse HEAD >/dev/null 2>&1 || quiet_make dist >dist.name
}

# tarball: the name of the file that dist made.
tarball() { echo "$ROOT/$(tail -n 1 "$BATS_FILE_TMPDIR/dist.name")"; }

# one_tool: gf-sem, below the directory we are in.
one_tool() { elsewhere CFLAGS='-O0 -g' CPPFLAGS=-I../poison PKG_CONFIG=false build/bin/gf-sem; }

installed() { (cd d && find . -type f | sort); }

@test "install puts tools, pages and completions in place, and nothing else" {
  quiet_make install DESTDIR="$PWD/d" PREFIX=/usr
  for tool in "$GF_BIN"/gf-*; do
    name=${tool##*/}
    printf './usr/%s\n' "bin/$name" "share/man/man1/$name.1" \
      "share/bash-completion/completions/$name" "share/zsh/site-functions/_$name" \
      "share/fish/vendor_completions.d/$name.fish"
  done >want
  printf './usr/share/man/man7/%s\n' gf.7 gf-recipes.7 >>want
  diff <(sort want) <(installed)
}

@test "what is installed is executable where it is a tool, and readable by all" {
  umask 077
  quiet_make install DESTDIR="$PWD/d" PREFIX=/usr
  [ -z "$(find d/usr/bin -type f ! -perm 755)" ]
  [ -z "$(find d/usr/share -type f ! -perm 644)" ]
}

@test "directories are open to all, whatever the umask" {
  umask 077
  quiet_make install DESTDIR="$PWD/d" PREFIX=/usr
  [ -z "$(find d/usr -type d ! -perm 755)" ]
}

@test "install builds nothing: it says what to run first" {
  run -2 --separate-stderr elsewhere install DESTDIR="$PWD/d"
  # shellcheck disable=SC2154 # set by run
  [[ $stderr == *"there is no build/bin/gf-"*": run 'make' first"* ]] || fails "$stderr"
  run -2 --separate-stderr elsewhere install STATIC=1 DESTDIR="$PWD/d"
  [[ $stderr == *"run 'make static' first"* ]] || fails "$stderr"
  [ ! -e d ] && [ ! -e build ]
}

@test "install touches nothing below build" {
  touch before
  quiet_make install DESTDIR="$PWD/d" CFLAGS=-Dchanged
  [ -z "$(find "$ROOT/build/bin" "$ROOT/build/lib" "$ROOT/build/flags" -newer before)" ]
}

@test "install-strip leaves out what only a debugger reads" {
  quiet_make install-strip DESTDIR="$PWD/d" PREFIX=/usr
  for tool in "$GF_BIN"/gf-*; do
    stripped=d/usr/bin/${tool##*/}
    [ "$(nm "$stripped" 2>/dev/null | wc -l)" -eq 0 ] || fails "$stripped has symbols"
    [ "$("$stripped" --version)" = "$("$tool" --version)" ]
  done
}

@test "uninstall leaves no file" {
  quiet_make install DESTDIR="$PWD/d" PREFIX=/usr
  quiet_make uninstall DESTDIR="$PWD/d" PREFIX=/usr
  [ -z "$(installed)" ]
}

@test "uninstall leaves the files of others alone" {
  quiet_make install DESTDIR="$PWD/d" PREFIX=/usr
  touch d/usr/bin/gf-mine
  quiet_make uninstall DESTDIR="$PWD/d" PREFIX=/usr
  [ "$(installed)" = ./usr/bin/gf-mine ]
}

@test "each directory can be moved" {
  quiet_make install DESTDIR="$PWD/d" BINDIR=/b MANDIR=/m BASHCOMPDIR=/cb ZSHCOMPDIR=/cz FISHCOMPDIR=/cf
  [ "$(cd d && echo *)" = 'b cb cf cz m' ]
}

@test "a second make has nothing to do" {
  quiet_make -j2 all test-programs
  run make -C "$ROOT" --no-print-directory "${vars[@]}" all test-programs
  expect_status 0
  [[ $output != *' -o '* ]] || fails "$output"
}

@test "an object that has flags of its own does not change those of the others" {
  for object in lib/base/num tests/fuzz/json cmd/gf-sem/tick tests/unit/num; do
    rm -rf build
    elsewhere CFLAGS=-O1 "build/obj/$object.o"
    cp build/flags flags
    elsewhere CFLAGS=-O1 build/obj/lib/base/num.o
    cmp flags build/flags
  done
}

@test "the user's CPPFLAGS, CFLAGS, LDFLAGS and CC are used, beside ours" {
  make -C "$ROOT" --no-print-directory -n -B CC=our-cc CPPFLAGS=-DMINE CFLAGS='-O1 -gmine' \
    LDFLAGS=-Wl,--mine build/bin/gf-ratelimit >log 2>/dev/null
  compile=$(grep -m 1 -e ' -c ' log)
  link=$(grep -e '-o build/bin/gf-ratelimit' log)
  [[ $compile == our-cc*-Ilib*-DMINE*-O1\ -gmine* ]] || fails "$compile"
  [[ $link == our-cc*-O1\ -gmine*-Wl,--mine* ]] || fails "$link"
}

@test "hardening is on by default" {
  make -C "$ROOT" --no-print-directory -n -B build/bin/gf-ratelimit >log 2>/dev/null
  for flag in -D_FORTIFY_SOURCE -fstack-protector-strong -fPIE -pie -Wl,-z,relro,-z,now; do
    grep -qe "$flag" log || fails "no $flag"
  done
}

@test "a tool is made from the rooms that it needs, without the headers of other tools' libraries" {
  [ "$("$BATS_FILE_TMPDIR/one/build/bin/gf-sem" --version)" = "$(gf-sem --version)" ]
  run ! elsewhere CPPFLAGS="-I$BATS_FILE_TMPDIR/poison" PKG_CONFIG=false build/obj/lib/text/regex.o
  expect_text 'not here'
}

@test "the unit tests' program holds every room whole" {
  planned build/tests/unit >log
  for room in "$ROOT"/lib/*/; do
    grep -qE -- "--whole-archive .*build/lib/$(basename "$room")\.a.* -Wl,--no-whole-archive" log || fails "$room"
  done
}

@test "a build in another directory than that of the sources: no directory is in what is built" {
  cd "$BATS_FILE_TMPDIR"
  mkdir another
  (cd another && umask 077 && one_tool)
  [ "$(one/build/bin/gf-sem --version)" = "$(gf-sem --version)" ]
  [ "$(ls one)" = build ]
  cmp one/build/bin/gf-sem another/build/bin/gf-sem
  cmp one/build/lib/base.a another/build/lib/base.a
  run ! grep -q -e "$PWD" -e "$ROOT/lib" -e "$ROOT/cmd" one/build/bin/gf-sem
}

@test "in another directory, what works on the sources is refused" {
  elsewhere -n static | grep -q -e '-o build/static/bin/gf-sem '
  run elsewhere check
  expect_status 2
  expect_text 'this target is run in '
}

@test "the user's level of FORTIFY takes the place of ours" {
  planned CPPFLAGS=-D_FORTIFY_SOURCE=2 build/obj/lib/base/num.o >log
  grep -q -e ' -D_FORTIFY_SOURCE=2 ' log
  run ! grep -e '_FORTIFY_SOURCE=3' log
  for flags in CPPFLAGS=-D_FORTIFY_SOURCE=2 CFLAGS='-Og -D_FORTIFY_SOURCE=2'; do
    make -s -f "$ROOT/Makefile" WERROR=1 "$flags" build/obj/lib/base/num.o 2>&1
  done
}

@test "CC may be several words" {
  elsewhere CC='env VAR=1 cc' build/obj/lib/base/num.o
  run env CC='env VAR=1 cc' DEPS=no "$ROOT/tests/deps.sh" build
  [ "$output" = "$(CC=cc DEPS=no "$ROOT/tests/deps.sh" build 2>&1)" ]
}

@test "warnings about headers that the user names are left out" {
  mkdir inc
  printf '#include_next <ev.h>\nstatic int unused_here(void) { return 0; }\n' >inc/ev.h
  elsewhere WERROR=1 CPPFLAGS=-Iinc PKG_CONFIG=false build/obj/lib/run/timers.o 2>&1
  # It is the user's header that was read.
  echo '#error mine' >inc/ev.h
  run ! elsewhere -B CPPFLAGS=-Iinc PKG_CONFIG=false build/obj/lib/run/timers.o
  expect_text '#error mine'
}

@test "pkg-config is asked where there is one, and silent where there is none" {
  printf '#!/bin/sh\ncase "$*" in *libev*) exit 1 ;; *cflags*) echo -I/mine ;; *) echo "-L/mine -l$2" ;; esac\n' >pc
  chmod +x pc
  planned PKG_CONFIG="$PWD/pc" build/bin/gf-pool build/bin/gf-stream >log
  grep -q -e '-o build/bin/gf-pool .*\.a -lev' log
  grep -q -e '-o build/bin/gf-stream .*\.a -L/mine -llibpcre2-8 ' log
  grep -q -e '-isystem /mine' log
  planned PKG_CONFIG="$PWD/none" build/bin/gf-stream >log
  grep -q -e '-o build/bin/gf-stream .*\.a -lpcre2-8 ' log
}

@test "a cross compiler has its own pkg-config, ar and strip" {
  printf '#!/bin/sh\ncase $1 in -print-prog-name=*) echo "/cross/${1#*=}" ;; *) false ;; esac\n' >some-cpu-gcc
  printf '#!/bin/sh\necho -lcross\n' >some-cpu-pkg-config
  chmod +x some-cpu-*
  PATH=$PWD:$PATH planned CC=some-cpu-gcc build/bin/gf-stream >log
  grep -q '^/cross/ar rcsD build/lib/base.a ' log
  grep -q -e '-o build/bin/gf-stream .*\.a -lcross ' log
  mkdir -p build/bin
  for tool in "$GF_BIN"/gf-*; do cp /bin/true "build/bin/${tool##*/}"; done
  PATH=$PWD:$PATH planned CC=some-cpu-gcc install-strip DESTDIR=d >log
  grep -q '^/cross/strip ' log
}

@test "link-time optimization takes the archiver of the compiler" {
  planned CFLAGS='-O2 -flto=auto' build/bin/gf-sem >log
  grep -qE '^([^ ]*/)?(gcc|llvm)-ar rcsD build/lib/base.a ' log
}

@test "static and the sanitizers do not go together" {
  run -2 elsewhere STATIC=1 SAN=address all
  expect_text 'STATIC goes with neither SAN nor COV'
}

@test "the version has one source" {
  version=$(sed -n 's/^VERSION = //p' "$ROOT/Makefile")
  [ "$(gf-ratelimit --version)" = "gf-ratelimit (gf) $version" ]
}

@test "help names every target" {
  quiet_make help >out
  for target in all static check demo bench fuzz cov install install-strip uninstall dist deb clean help \
    completions format; do
    grep -q "^  $target " out || fails "no $target"
  done
}

@test "dist packs the committed tree" {
  needs_git
  tar tzf "$(tarball)" >list
  version=$(sed -n 's/^VERSION = //p' "$ROOT/Makefile")
  grep -qx "gf-$version/Makefile" list
  sed -n "s,^gf-$version/\\(.*[^/]\\)$,\\1,p" list | sort | diff - <(git -C "$ROOT" ls-tree -r --name-only HEAD | sort)
}

# Here each source has its rule, and those of one tool its headers; `make long T=build` builds all of it from
# the tarball.
@test "what dist packs builds and lints without git" {
  needs_git
  tar xzf "$(tarball)"
  cd gf-*/
  make -n all test-programs >../log
  grep -qF "GF_VERSION='\"$(gf-sem --version | sed 's/.* //')\"'" ../log
  for source in cmd/gf-sem/*.c; do echo "build/obj/${source%.c}.o"; done | xargs make -s CFLAGS=-O0 HARDEN= 2>&1
  for rule in calls leaning marks weight; do tests/lint/$rule; done
  # A file that git never saw is looked at as well.
  touch stray
  run tests/lint/weight
  expect_status 1
}

@test "dist gives the same bytes from a checkout and from an unpacked tarball" {
  needs_git
  file=$(tarball)
  tar xzf "$file"
  cd gf-*/
  # What the umask, the date, and the build of another day add is not packed.
  chmod -R go= .
  find . -exec touch {} +
  mkdir build
  touch config.mk build/stray
  (umask 077 && make -s dist)
  cmp "$file" "build/${file##*/}"
  [ "$(SOURCE_DATE_EPOCH=86400 make -s dist)" = "build/${file##*/}" ]
  [ "$(TZ=UTC tar tvzf "build/${file##*/}" | grep -cv ' 1970-01-02 00:00 ')" = 0 ]
}

@test "deb: a package of what install puts there, with what Debian asks for" {
  file=$ROOT/$(quiet_make deb | tail -n 1)
  dpkg-deb -c "$file" >list
  [ "$(awk '$2 != "root/root"' list)" = '' ]
  dpkg-deb -x "$file" x
  dpkg-deb -e "$file" x/DEBIAN
  version=$(sed -n 's/^VERSION = //p' "$ROOT/Makefile")
  [ "$(dpkg-deb -f "$file" Package Version)" = "Package: gf
Version: $version" ]
  for tool in "$GF_BIN"/gf-*; do
    name=${tool##*/}
    [ "$("x/usr/bin/$name" --version)" = "$("$tool" --version)" ]
    gzip -dc "x/usr/share/man/man1/$name.1.gz" | cmp - "$ROOT/man/$name.1"
  done
  # Every library that a tool is linked with is in a package that is named.
  dpkg-deb -f "$file" Depends | tr ',' '\n' | awk '{ print $1 }' | sort >depends
  for part in libc6 libev4 libpcre2-8-0 libsqlite3-0; do grep -qx "$part" depends || fails "no $part"; done
  (cd x && md5sum --quiet -c DEBIAN/md5sums && find usr -type f | sort) >files
  diff files <(sed 's/^[^ ]*  //' x/DEBIAN/md5sums | sort)
  gzip -dc x/usr/share/doc/gf/changelog.gz | grep -q "^gf ($version) "
  grep -q '^Copyright: ' x/usr/share/doc/gf/copyright
}
