#!/usr/bin/env bats
# install.bats - make install, uninstall, dist, help; builds that honour the user's variables.
# bats file_tags=plain

load helper

# The variables that `make check` was given hold here too, so that nothing is built anew.
eval "vars=(${GF_MAKE_VARS:-})"
# shellcheck disable=SC2154 # set by the eval
quiet_make() { make -s -C "$ROOT" --no-print-directory "${vars[@]}" "$@"; }

installed() { (cd d && find . -type f | sort); }

@test "install puts tools, pages and completions in place, and nothing else" {
  quiet_make install DESTDIR="$PWD/d" PREFIX=/usr
  for tool in "$GF_BIN"/gf-*; do
    name=${tool##*/}
    printf './usr/%s\n' "bin/$name" "share/man/man1/$name.1" \
      "share/bash-completion/completions/$name" "share/zsh/site-functions/_$name" \
      "share/fish/vendor_completions.d/$name.fish"
  done >want
  echo ./usr/share/man/man7/gf.7 >>want
  diff <(sort want) <(installed)
}

@test "what is installed is executable where it is a tool, and readable by all" {
  umask 077
  quiet_make install DESTDIR="$PWD/d" PREFIX=/usr
  [ -z "$(find d/usr/bin -type f ! -perm 755)" ]
  [ -z "$(find d/usr/share -type f ! -perm 644)" ]
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

@test "the version has one source" {
  version=$(sed -n 's/^VERSION = //p' "$ROOT/Makefile")
  [ "$(gf-ratelimit --version)" = "gf-ratelimit (gf) $version" ]
}

@test "help names every target" {
  quiet_make help >out
  for target in all check demo bench fuzz cov install uninstall dist clean help completions format; do
    grep -q "^  $target " out || fails "no $target"
  done
}

@test "dist packs the committed tree" {
  needs_git
  file=$(quiet_make dist | tail -n 1)
  tar tzf "$ROOT/$file" >list
  version=$(sed -n 's/^VERSION = //p' "$ROOT/Makefile")
  grep -qx "gf-$version/Makefile" list
  ! grep -q '/build/' list
}

@test "what dist packs builds, lints and installs without git" {
  needs_git
  file=$(quiet_make dist | tail -n 1)
  tar xzf "$ROOT/$file"
  cd gf-*/
  make -s CFLAGS=-O0 HARDEN= install DESTDIR="$PWD/build/root" PREFIX=/usr 2>&1
  [ "$(printf 'b\na\n' | build/root/usr/bin/gf-stream sort | tr -d '\n')" = ab ]
  for rule in calls leaning marks weight; do tests/lint/$rule; done
  # A file that git never saw is looked at as well.
  touch stray
  run tests/lint/weight
  expect_status 1
}
