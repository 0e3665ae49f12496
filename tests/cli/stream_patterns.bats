#!/usr/bin/env bats
# Many patterns at once: the answers of grep -F -f and grep -P, sets of every shape, and what a bad
# pattern is told with. tests/long/patterns.sh makes the sets.

load helper

# same WANT ARGS...: standard input through gf-stream gives WANT (printf %b).
same() {
  local want=$1
  shift
  gf-stream "$@" >got
  cmp got <(printf '%b' "$want")
}

@test "patterns: random sets of plain texts are found as by grep -F -f" {
  cd "$BATS_TEST_DIRNAME/../.." || exit
  SEED=1 ROUNDS=12 tests/long/patterns.sh
}

@test "patterns: three thousand ids, a hundred thousand, and where they end" {
  awk 'BEGIN { for (i = 0; i < 100000; i++) printf "%08x-%04x-4%03x-8%03x-%012x\n", i * 2654435, i % 65521, i % 4093, i % 4091, i * 7919 }' >ids
  awk '{ print "id=" $0 " x"; print "id=" substr($0, 1, 35) "z" }' ids >in
  head -n 3000 ids >few
  gf-stream --from in filter --patterns few | cmp - <(head -n 6000 in | grep x)
  gf-stream --from in filter --patterns ids count | cmp - <(echo 100000)
  gf-stream --from in reject --patterns ids count | cmp - <(echo 100000)
  gf-stream --from in matches --patterns ids | cmp - ids
}

@test "patterns: prefixes of one another, one byte, and all bytes" {
  awk 'BEGIN { for (i = 3; i < 400; i++) { s = s "a"; print s "b" } }' >prefixes
  awk 'BEGIN { for (i = 0; i < 2000; i++) printf "a"; print ""; print "xab"; print "aaab" }' >in
  same 'aaab\n' --from in filter -x --patterns prefixes
  same 'xab\naaab\n' --from in filter --patterns prefixes
  same 'ab\naaab\n' --from in matches --patterns prefixes
  printf 'x\nb\n' >short
  same 'xab\naaab\n' --from in filter -F --patterns short
  LC_ALL=C awk 'BEGIN { for (i = 1; i < 256; i++) if (i != 10) printf "%c%c%c%c\n", i, 255 - i, i, 7 }' >bytes
  gf-stream --from bytes filter -F --patterns bytes | cmp - bytes
  printf 'a\0b\nc\0d\n' >nul
  printf 'xa\0by\nab\nc\nc\0d\n' | same 'xa\00by\nc\00d\n' filter -F --patterns nul
  printf 'c\0d\nc\n' | same 'c\00d\n' filter -x --patterns nul
}

@test "patterns: each is one by itself" {
  printf '(x)y\n(a)\\1\n(?i)B\n' >groups
  printf 'aa\nab\nxy\nxx\nb\nB\nA\n' | same 'aa\nab\nxy\nb\nB\n' filter --patterns groups
  printf '(?<n>a)b\n(?<n>c)d\n' >names
  printf 'ab\ncd\nad\n' | same 'ab\ncd\n' filter --patterns names
  awk 'BEGIN { for (i = 0; i < 2000; i++) printf "user=%d [a-z]+ (ok|done)$\n", i }' >regexes
  printf 'user=7 x done\nuser=7 x\nuser=1999 y ok\nuser=2000 y ok\n' |
    same 'user=7 x done\nuser=1999 y ok\n' filter --patterns regexes
}

@test "patterns: a bad one is told with its file and line" {
  printf 'fine\na(b\n' >bad
  run -2 gf-stream filter --patterns bad </dev/null
  expect_text 'bad pattern in line 2 of bad '"'a(b': missing"
  run -2 gf-stream filter -e a -e 'b(' </dev/null
  expect_text "bad pattern 'b('"
  printf 'x\n)(\n' >bad
  for option in -w -x; do
    run -2 gf-stream filter "$option" --patterns bad </dev/null
    expect_text 'line 2 of bad'
  done
}

@test "patterns: an empty line is in every record, an empty file in none" {
  printf 'zzz\n\nyyy\n' >some
  : >none
  printf 'a\n\nb\n' | same 'a\n\nb\n' filter --patterns some
  printf 'a\n\nb\n' | same '\n' filter -x --patterns some
  printf 'a\n\n+\n' | grep -w -f some - >want || true
  printf 'a\n\n+\n' | gf-stream filter -w --patterns some | cmp - want
  printf 'azzzb\n' | same 'zzz\n' matches --patterns some
  printf 'a\n' | same 'a\n' reject --patterns none
  printf 'a\nb\n' | same 'b\n' filter --patterns none -e b
}

@test "patterns: -e and --patterns again add up, in every operation that has them" {
  printf 'c\n' >file
  printf 'd.\n' >other
  printf 'a\nb\nc\nd\n' | same 'a\nb\n' filter -e a -e b
  printf 'a\nb\nc\nd\n' | same 'c\nd\n' reject -e a -e b
  printf 'a\nb\nc\nd\n' | same 'a\nc\n' filter -e a --patterns file
  printf 'a\nb\nc\nd1\n' | same 'c\nd1\n' filter --patterns file --patterns other
  printf 'a\nb\nc\na\n' | same 'a\nb\n' take-while -e a -e b
  printf 'a\nb\nc\na\n' | same 'c\na\n' drop-while -e a -e b
  printf 'x abab cd\n' | same 'abab\ncd\n' matches -e ab -e abab -e 'c\w'
  printf 'x b\na c\n' | same 'x b\n' filter -f 2 -e a -e b
  printf 'b\n' | gf-stream any -e a -e b
  run -1 gf-stream all -e a -e b < <(printf 'a\nc\n')
  run -1 gf-stream none -e a -e b < <(printf 'c\nb\n')
}

@test "patterns: characters of UTF-8 keep their cases and words" {
  printf '\303\211tat\nk\nzzz\n' >many
  printf '\303\251TAT\n\342\204\252\nx\n' | same '\0303\0251TAT\n\0342\0204\0252\n' --utf8 filter -i --patterns many
  printf '\303\251k\nk\n' | same 'k\n' --utf8 filter -w --patterns many
  printf 'xy\nx\303\251y\nxz\n' | same 'xy\nx\0303\0251y\n' --utf8 filter $'x\303\251?y'
}

@test "patterns: a block of many records is searched as its records are one by one" {
  awk 'BEGIN { for (i = 0; i < 60000; i++) print "record " i * 7919 % 60000 " of many" }' >in
  awk 'BEGIN { for (i = 0; i < 60000; i += 7) print "d " i " o" }' >many
  grep -F -f many in >want
  gf-stream --from in filter --patterns many | cmp - want
  gf-stream --from in where 2 ne x filter --patterns many | cmp - want
  gf-stream --from in filter -e 'd 7 o' -e '(rare|never) of' -e 'd 11\d of' -e 'd (22)2 ' |
    cmp - <(grep -P 'd 7 o|(rare|never) of|d 11\d of|d (22)2 ' in)
}

@test "patterns: what all of them begin with tells nothing, however long it is" {
  awk 'BEGIN { for (i = 0; i < 1000; i++) a = a "a"; for (i = 8; i < 1000; i++) print substr(a, 1, i) "b" }' >many
  awk 'BEGIN { for (i = 0; i < 20000; i++) a = a "a"; for (i = 0; i < 400; i++) print a; print a "b" }' >in
  timeout 60 gf-stream --from in filter -F --patterns many count | cmp - <(echo 1)
}

@test "a file of patterns from Windows has the patterns of its lines" {
  printf '\357\273\277b\r\nc\r\n' >pats
  printf 'a\nb\nc\n' >lf
  printf 'a\r\nb\r\nc\r\n' >crlf
  run gf-stream --from lf filter -x --patterns pats
  [ "$output" = $'b\nc' ]
  run gf-stream --crlf strip --from crlf filter -x --patterns pats
  [ "$output" = $'b\nc' ]
  run gf-stream --crlf keep --from lf filter -x --patterns pats
  [ "$output" = '' ]
  printf 'x\r\n(\r\n' >pats
  run gf-stream --from lf filter --patterns pats
  [ "$status" -eq 2 ]
  [[ $output == *"line 2 of pats '('"* ]]
}
