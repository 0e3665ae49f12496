#!/usr/bin/env bats
# gf-pool: records that span lines: --csv, --recend, --recstart, --paragraph.

# shellcheck disable=SC2154

load helper

@test "csv: columns in quotes hold separators, quotes and line ends" {
  printf 'a,"b ""c"", d\r\ne"\r\n,x"y,"p"q\n\n' >in
  run -0 gf-pool -k --csv printf '[%s]' + <in
  [ "$output" = $'[+][a][b "c", d\r\ne][+][][x"y][pq][+][]' ] || fails "$output"
  run -0 gf-pool -k --csv -a in echo '{-1}:{}'
  [ "$output" = $'b "c", d\r\ne:a,"b ""c"", d\r\ne"\npq:,x"y,"p"q\n:' ] || fails "$output"
  [ "$(gf-pool -k -r --csv echo {2} :::: in | tail -n 1)" = 'x"y' ]
  [ "$(printf 'a,b;"c;\n"' | gf-pool --csv -d ';' -s 'printf "<%s>" "$@"')" = $'<a,b><c;\n>' ]
  [ "$(printf 'a\t"b\t"\n' | gf-pool --csv -d '\t' printf '<%s>')" = $'<a><b\t>' ]
  [ "$(gf-pool -k --csv echo {1}{2}{3} :::: <(printf '"a\nb",c\n') ::: 'x,"y"')" = $'a\nbcx' ]
}

@test "csv: the header names columns; a byte order mark is none of it" {
  printf '\357\273\277"the\nname",n\r\n"a b.c",1\r\n' >in
  [ "$(gf-pool --csv --header echo '{the
name.}-{n}' <in)" = 'a b-1' ]
  # Each file may have one, with and without --header.
  [ "$(gf-pool -k --csv -a in -a in echo {2})" = $'n\n1\nn\n1' ]
  run -2 gf-pool --csv --header echo {nn} <in
  [[ "$output" == *'did you mean {n}?'* ]]
}

@test "csv: a job is tried again, and resumed, with the same columns" {
  printf '"a\n,",1\n"b",2\n"b",3\n' >in
  run -123 gf-pool -k --csv --retries 1 --joblog log -s 'printf "<%s>" "$@"; [ "$2" != 3 ]' <in
  [[ "$output" == $'<a\n,><1><b><2><b><3>'* ]] || fails "$output"
  printf '"new",4\n' >>in
  run -123 gf-pool -k --csv --resume --joblog log -s 'printf "<%s>" "$@"; [ "$2" != 3 ]' <in
  [[ "$output" == '<new><4>'* ]] || fails "$output"
  printf 'x,1\n' >in
  [ "$(gf-pool -k --csv --retries 1 -s 'echo "$1=$2"; [ "$GF_ATTEMPT" = 2 ]' <in)" = 'x=1' ]
}

@test "csv: quotes that are not closed end the run with 125, after the records before" {
  printf 'a,1\nb,2\nc,"x\ny",z,"3\nd,4\n' >in
  run -125 --separate-stderr gf-pool -k --csv echo {1} <in
  [ "$output" = $'a\nb' ] || fails "$output"
  [ "$stderr" = "gf-pool: standard input: record 3: quotes that begin in line 4 are not closed
hint: in quotes, a quote is written twice" ] || fails "$stderr"
  run -125 gf-pool -k --csv --header -a in echo {1}
  [[ "$output" == *"'in': record 3: quotes that begin in line 4"*$'\nb' ]] || fails "$output"
  run -125 gf-pool --csv echo {1} :::: in
  [[ "$output" == *"'in': record 3: quotes that begin in line 4"* ]] || fails "$output"
  run -125 gf-pool --csv echo :::: <(echo a) ::: 'x,"y'
  [[ "$output" == *"item 'x,\"y': quotes are not closed"* ]] || fails "$output"
  { printf 'a\n"'; head -c 300000 /dev/zero | tr '\0' '\n'; } >in
  run -125 gf-pool -k --csv --max-record 1K echo {1} <in
  [[ "$output" == *'record 2 is longer than 1024 bytes'*'begin in line 2?'* ]] || fails "$output"
}

@test "csv: as soon as a record is there, it runs" {
  { printf '"a\n'; sleep 0.1; printf 'b"\n'; until_true [ -e ran ]; printf 'c\n'; } |
    gf-pool -k --csv -s 'echo "$1"; : >ran' >out
  [ "$(<out)" = $'a\nb\nc' ]
}

@test "csv: what Python's csv module reads" {
  cat >peer.py <<'END'
import csv, io, random, subprocess, sys
rng = random.Random(int(sys.argv[1]))
pieces = ['"', ',', ';', '\n', '\r\n', 'a', 'b c', ' ', '', '"",', '\t']
def check(text, comma, closed):
    run = subprocess.run(['gf-pool', '-q', '-k', '--csv', '-d', comma, 'printf', '%s\\0', '\1'],
                         input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    got = [r.split('\0')[1:-1] for r in run.stdout.decode().split('\1')[1:]]
    want = [r or [''] for r in csv.reader(io.StringIO(text, newline=''), delimiter=comma)]
    if run.returncode == 125 and not closed:
        want.pop()  # Python takes what quotes that are not closed hold; gf-pool refuses it
    elif run.returncode != 0:
        sys.exit('status %d: %r' % (run.returncode, text))
    if got != want:
        sys.exit('%r: %r, not %r' % (text, got, want))
for i in range(int(sys.argv[2])):
    comma = rng.choice(',;\t')
    if i % 2:  # whatever
        text = ''.join(rng.choice(pieces) for _ in range(rng.randint(1, 60)))
        check(text, comma, False)
    else:  # well formed, with any byte that a word can have
        out = io.StringIO(newline='')
        writer = csv.writer(out, delimiter=comma, lineterminator=rng.choice(['\n', '\r\n']),
                            quoting=rng.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
        for _ in range(rng.randint(1, 8)):
            row = [''.join(rng.choice(pieces) for _ in range(rng.randint(0, 4)))
                   for _ in range(rng.randint(1, 4))]
            writer.writerow(row)
        check(out.getvalue(), comma, True)
END
  python3 peer.py "${SEED:-7}" "${ROUNDS:-120}"
}

@test "strings: a record ends with one, begins with one, or both" {
  printf '>a\nAC\nGT\n>b\nA>C\n' >in
  [ "$(gf-pool -k -a in --recend '\n' --recstart '>' printf '[%s]')" = $'[>a\nAC\nGT][>b\nA>C]' ]
  [ "$(gf-pool -k -a in --recstart '\n>' printf '[%s]')" = $'[>a\nAC\nGT][\n>b\nA>C\n]' ]
  [ "$(gf-pool -k -a in --recend 'C\n' printf '[%s]')" = $'[>a\nA][GT\n>b\nA>]' ]
  [ "$(gf-pool -k -a in --recend nosuch printf '[%s]')" = $'[>a\nAC\nGT\n>b\nA>C\n]' ]
  [ "$(printf 'a--b--' | gf-pool -k --recend -- printf '[%s]')" = '[a][b]' ]
  [ "$(printf -- '--a\n' | gf-pool -k -r --recend=-- printf '[%s]')" = $'[a\n]' ]
  [ "$(printf 'a\0\377b' | gf-pool -k --recend '\0\xff' printf '[%s]')" = '[a][b]' ]
  [ "$(gf-pool -k --recend ', ' echo {1}{2} :::: <(printf 'a, b') ::: 1 2)" = $'a1\na2\nb1\nb2' ]
  [ "$(printf '1 2, 3 4' | gf-pool -k --recend ', ' -d ' ' echo {2}{1})" = $'21\n43' ]
  [ "$(printf '1, 2, 3' | gf-pool -k --recend ', ' -n 2 echo)" = $'1 2\n3' ]
  run -2 gf-pool --recend '' echo
  run -2 gf-pool --recstart '\q' echo
}

@test "strings: --pipe cuts only there, and changes no byte" {
  printf 'From a\n\nx\nFrom me\n\nFrom b\n\ny\n\nFrom c\n' >box
  mail() { gf-pool --pipe -k -a box --recend '\n\n' --recstart 'From ' "$@"; }
  # A line of a message that begins like the next message has no empty line in front of it.
  [ "$(mail -n 1 -s 'head -n 1')" = $'From a\nFrom b\nFrom c' ]
  [ "$(mail -n 2 wc -c | tr -d ' ' | tr '\n' ' ')" = '30 7 ' ]
  mail --block 1 cat | cmp - box
  awk 'BEGIN { srand(5); for (i = 0; i < 3000; i++) { print ">" i; for (n = rand() * 5; n > 0; n--) print "ACGT>ACGT" } }' >in
  gf-pool --pipe --block 1K -k --recend '\n' --recstart '>' -a in cat | cmp - in
  gf-pool --pipe --block 1K -k --recend '\n' --recstart '>' -a in cksum >at-once
  [ "$(wc -l <at-once)" -gt 50 ]
  bash -c 'while read -r l; do echo "$l"; done <in' | gf-pool --pipe --block 1K -k --recend '\n' --recstart '>' cksum | cmp - at-once
  # Each block is whole records: the numbers of its first and last ones fit together.
  gf-pool --pipe --block 1K -k --recstart '\n>' -a in -s 'grep -c ">[0-9]"' | awk '{ n += $1 } END { exit n != 3000 }'
  head -c 300000 /dev/urandom >bin
  gf-pool --pipe --block 4K -k --recend ab -a bin cat | cmp - bin
  gf-pool --pipe --block 4K -k --recstart '\x00\x01' -a bin cat | cmp - bin
}

@test "strings: --max-record holds, and two files do not grow together" {
  { printf 'a--'; head -c 300000 /dev/zero; printf -- '--b'; } >in
  run -125 gf-pool -k --recend=-- --max-record 1K -a in echo
  [[ "$output" == *'record 2 is longer than 1024 bytes'* ]] || fails "$output"
  run -125 gf-pool --pipe --recend nosuch --max-record 1K -a in cat
  printf 'x' >f
  printf '>y' >g
  [ "$(gf-pool --pipe --recend -- -a f -a g -a f cat)" = 'x-->y--x' ]
  [ "$(gf-pool --pipe --recend -- --header -n 2 -k -a f -a g -a f -a g -s 'cat; echo')" = $'x-->y--x\nx-->y' ]
  # Where nothing but a start tells records apart, a block ends with its file.
  [ "$(gf-pool --pipe -k --recstart '>' -a g -a f -a g -s 'cat; echo')" = $'>y\nx\n>y' ]
  [ "$(gf-pool -k --recstart '>' -a g -a f -a g echo)" = $'>y\nx\n>y' ]
}

@test "paragraphs: empty lines lie between records" {
  printf '\n\na\nb\n\n\n\n c\n\nd\n' >in
  [ "$(gf-pool -k --paragraph -a in printf '[%s]')" = $'[a\nb][ c][d]' ]
  gf-pool --pipe --block 1 -k --paragraph -a in cat | cmp - in
  [ "$(gf-pool --pipe --block 1 -k --paragraph -a in wc -c | tr -d ' ' | tr '\n' ' ')" = '9 4 2 ' ] ||
    fails "$(gf-pool --pipe --block 1 -k --paragraph -a in wc -c)"
  [ "$(gf-pool --pipe --paragraph -n 2 -k -a in -s 'echo $(cat)')" = $'a b c\nd' ]
  [ "$(gf-pool --pipe --paragraph --header -n 1 -k -a in -s 'echo $(cat)')" = $'a b c\na b d' ]
  [ -z "$(printf '\n\n\n' | gf-pool --paragraph echo x)" ]
  printf 'x' >f
  printf 'y\n' >g
  [ "$(gf-pool --pipe --paragraph -a f -a g -a f cat)" = $'x\n\ny\n\nx' ]
  # A record runs when its end is there, not when the next one begins.
  { printf 'a\n\n'; until_true [ -e ran ]; printf '\n\nb\n'; } | gf-pool -k --paragraph -s 'echo "$1"; : >ran' >out
  [ "$(<out)" = $'a\nb' ]
}

@test "paragraphs: lines may end with CR LF" {
  printf 'a\r\nb\r\n\r\n\r\nc\r\n' >in
  [ "$(gf-pool -k --paragraph -a in printf '[%s]')" = $'[a\r\nb][c]' ]
  gf-pool --pipe --block 1 -k --paragraph -a in cat | cmp - in
}

@test "records that span lines: what does not go together is usage" {
  while read -r args; do
    # shellcheck disable=SC2086
    run gf-pool $args </dev/null
    expect_status 2
    [[ "$output" == *hint:* ]]
  done <<'END'
--csv -0 echo
--csv --delimiter x echo
--csv --pipe cat
--csv --worker cat
--csv -n 2 echo
--csv -X echo
--csv --paragraph echo
--csv --recend x echo
--csv echo ::: a
--csv -d :: echo
--csv -d " echo
--csv -d \n echo
--recend x -0 echo
--recend x --delimiter y echo
--recstart x --worker cat
--recstart x --paragraph echo
--paragraph -0 echo
--paragraph echo ::: a
END
}
