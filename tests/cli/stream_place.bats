#!/usr/bin/env bats
# stream_place.bats - gf-stream: records chosen by what stands before and behind them, or by chance, and fields
# filled from the record before; against sed, grep and awk.

load helper

# words N: N lines of one or two letters, in which every pattern of these tests is found, and is not found.
words() {
  awk -v n="$1" -v seed="$2" 'BEGIN { srand(seed); for (i = 0; i < n; i++)
    print substr("abcdefghijklmnopqrst", 1 + int(rand() * 20), 1 + int(rand() * 2)) }'
}

@test "stream: between --unclosed is sed's range, in and out" {
  local seed begin end
  for seed in 1 2 3 4 5 6; do
    words $((seed * 300)) $seed >in
    while read -r begin end; do
      gf-stream between --unclosed "$begin" "$end" <in | cmp - <(sed -n "/$begin/,/$end/p" in) || fails "$begin $end"
      gf-stream between --unclosed --not "$begin" "$end" <in | cmp - <(sed "/$begin/,/$end/d" in) || fails "--not $begin $end"
      gf-stream between --unclosed --not --first "$begin" "$end" <in |
        cmp - <(awk -v b="$begin" -v e="$end" '!n && $0 ~ b { n = 1; next } n == 1 { if ($0 ~ e) n = 2; next } 1' in)
    done <<'END'
a b
c c
[d-g] ^h
^b$ q
nosuch a
a nosuch
END
  done
}

@test "stream: between keeps the blocks that have an end, and --not keeps the rest" {
  words 3000 7 >in
  local begin end
  while read -r begin end; do
    awk -v b="$begin" -v e="$end" '
      !inside && $0 ~ b { inside = 1; held = $0 "\n"; next }
      inside { held = held $0 "\n"; if ($0 ~ e) { printf "%s", held; inside = 0 } }' in >want
    gf-stream between "$begin" "$end" <in | cmp - want
    gf-stream -j1 between "$begin" "$end" sort <in | cmp - <(LC_ALL=C sort want)
    awk -v b="$begin" -v e="$end" '
      !inside && $0 ~ b { inside = 1; held = $0 "\n"; next }
      inside { held = held $0 "\n"; if ($0 ~ e) { held = ""; inside = 0 }; next }
      1
      END { if (inside) printf "%s", held }' in >want
    gf-stream between --not "$begin" "$end" <in | cmp - want
    awk -v b="$begin" -v e="$end" '
      !inside && $0 ~ b { inside = 1; held = ""; next }
      inside && $0 ~ e { printf "%s", held; inside = 0 }
      inside { held = held $0 "\n" }' in >want
    gf-stream between --inner "$begin" "$end" <in | cmp - want
  done <<'END'
a b
c c
[d-g] ^h
q nosuch
END
}

@test "stream: between --first reads no further, and with --unclosed records come as they are read" {
  seq 100000 | { gf-stream between --first 1 3 >got; cat >/dev/null; }
  [ "$(cat got)" = $'1\n2\n3' ]
  mkfifo slow
  gf-stream --from slow between --unclosed b nosuch >got &
  exec 7>slow
  printf 'a\nb\nc\n' >&7
  until_true eval '[ "$(cat got)" = $'"'b\nc'"' ]'
  exec 7>&-
  wait $!
  mkfifo open
  (exec 8>open; printf 'a\nb\nc\nd\n' >&8; until_true test -e over) &
  gf-stream --from open between --first b c >got
  touch over
  wait $!
  [ "$(cat got)" = $'b\nc' ]
}

@test "stream: between holds more than the budget, or says that it cannot" {
  awk 'BEGIN { print "a"; for (i = 0; i < 200000; i++) print "line", i; print "b" }' >in
  gf-stream --memory 1M between a b <in | cmp - in
  gf-stream --memory 1M between --not a c <in | cmp - in
  mkdir tmp
  gf-stream --memory 1M -T tmp between a c <in >got
  [ ! -s got ]
  gf-stream --explain between a b | grep -q 'holds data'
  run -1 grep 'holds data' <(gf-stream --explain between --unclosed a b context -A 1 a sample 5%)
  run -125 gf-stream --memory 1M between x '^b' < <(printf 'x\n%700000s\nb\n' '')
  expect_text 'record 2 is larger than the memory it may use'
}

@test "stream: context is grep -B -A -C without its dashes" {
  local seed pattern around
  for seed in 1 2 3; do
    words $((seed * 700)) $seed >in
    for pattern in a '^b$' '[c-h]' nosuch .; do
      for around in '-A 1' '-A 7' '-B 1' '-B 7' '-C 1' '-C 3' '-B 2 -A 5' '-B 400' '-A 0'; do
        # shellcheck disable=SC2086
        grep --no-group-separator $around -e "$pattern" in >want || [ "$pattern" = nosuch ]
        # shellcheck disable=SC2086
        gf-stream context $around "$pattern" <in | cmp - want || fails "$around $pattern"
        # shellcheck disable=SC2086
        gf-stream filter . context $around "$pattern" limit 9 <in | cmp - <(head -n 9 want) || fails "$around $pattern limit"
      done
    done
  done
  seq 200000 >in
  gf-stream filter . context -C 2 '0000$' <in | cmp - <(grep --no-group-separator -C 2 '0000$' in)
  gf-stream --memory 1M context -B 199990 '^199999$' <in | cmp - <(sed -n '9,199999p' in)
}

@test "stream: context without a number is refused, and grep's words lead to it" {
  run -2 gf-stream context a </dev/null
  expect_text 'how many records around is not said' '-B 2, -A 2, or -C 2'
  run -2 gf-stream context -C 1 -A 1 a </dev/null
  run -2 gf-stream filter -A 1 a </dev/null
  expect_text '-A of grep is of context here: context -A 2 PAT'
}

@test "stream: between, context and take-while -v on columns of a table" {
  printf 'id,step\n1,"a, b"\n2,go\n3,"x\ny"\n4,end\n5,z\n' >t.csv
  run -0 gf-stream --csv --header --from t.csv between -f step go end fields id
  [ "$output" = $'id\n2\n3\n4' ]
  run -0 gf-stream --csv --header --from t.csv between --inner -x -f step go end
  [ "$output" = $'id,step\n3,"x\ny"' ]
  run -0 gf-stream --csv --header --from t.csv context -B 1 -f step -x end where id -gt 0
  [ "$output" = $'id,step\n3,"x\ny"\n4,end' ]
  run -0 gf-stream --csv --header --from t.csv take-while -v -f step go
  [ "$output" = $'id,step\n1,"a, b"' ]
  run -0 gf-stream --csv --header --from t.csv drop-while -v -f step end fields id
  [ "$output" = $'id\n4\n5' ]
  run -0 gf-stream --csv --header --from t.csv sample 100% fields id limit 1
  [ "$output" = $'id\n1' ]
}

@test "stream: take-while -v and drop-while -v are sed's q and its range to the end" {
  words 900 3 >in
  local pattern
  for pattern in a '^k' nosuch; do
    gf-stream take-while -v "$pattern" <in | cmp - <(awk -v p="$pattern" '$0 ~ p { exit } 1' in)
    gf-stream drop-while -v "$pattern" <in | cmp - <(sed -n "/$pattern/,\$p" in)
  done
}

@test "stream: a part of all records by chance" {
  seq 100000 >in
  gf-stream sample 100% <in | cmp - in
  [ -z "$(gf-stream sample 0% <in)" ]
  gf-stream sample --seed 5 5% <in >once
  gf-stream sample --seed 5 5% <in | cmp - once
  gf-stream filter . sample --seed 5 5% <in | cmp - once
  run -1 cmp once <(gf-stream sample --seed 6 5% <in)
  sort -n once | cmp - once
  # Six standard deviations of 5000 are 413; of 100, 60.
  [ "$(wc -l <once)" -gt 4587 ] && [ "$(wc -l <once)" -lt 5413 ]
  [ "$(gf-stream sample --seed 1 0.1% <in | wc -l)" -gt 40 ]
  [ "$(gf-stream sample --seed 1 0.1% <in | wc -l)" -lt 160 ]
  for wrong in % 101% -1% 5%% x% 0.12345678901234567%; do
    run -2 gf-stream sample -- "$wrong" <in
  done
}

# table ROWS COLUMNS SEED: a table with `,`, in which fields are empty.
table() {
  awk -v rows="$1" -v columns="$2" -v seed="$3" 'BEGIN { srand(seed); for (i = 0; i < rows; i++) {
    s = ""
    for (k = 0; k < columns; k++) s = s (k ? "," : "") (rand() < 0.5 ? "" : int(rand() * 100))
    print s } }'
}

@test "stream: fill-down is awk's variable for each column" {
  table 3000 5 1 >in
  gf-stream -d , fill-down 1,3- <in | cmp - <(awk -F , -v OFS=, '
    { for (i = 1; i <= NF; i++) if (i != 2) { if ($i == "") $i = last[i]; else last[i] = $i } } 1' in)
  gf-stream -d , filter . fill-down -1 limit 77 <in | cmp - <(awk -F , -v OFS=, 'NR > 77 { exit }
    { if ($5 == "") $5 = last; else last = $5 } 1' in)
  printf 'country,city\r\nFrance,Paris\r\n,"Ly,on"\r\n"",\r\nPeru,Lima\r\n' >t.csv
  run -0 gf-stream --csv --header --from t.csv fill-down country,city filter -f city -v Lima
  [ "$output" = $'country,city\r\nFrance,Paris\r\nFrance,"Ly,on"\r\nFrance,"Ly,on"\r' ]
  run -2 gf-stream --csv --header --from t.csv fill-down town
  expect_text "there is no column 'town'"
}

@test "stream: transpose makes rows of columns, and of their names" {
  table 300 40 2 >in
  gf-stream -d , transpose <in | cmp - <(awk -F , '
    { for (i = 1; i <= NF; i++) column[i] = column[i] (NR > 1 ? "," : "") $i; n = NF }
    END { for (i = 1; i <= n; i++) print column[i] }' in)
  gf-stream -d , transpose transpose <in | cmp - in
  printf 'id,note\n1,"a, b"\n2,"x\ny"\n' >t.csv
  run -0 gf-stream --csv --header --from t.csv transpose
  [ "$output" = $'id,1,2\nnote,"a, b","x\ny"' ]
  run -0 gf-stream --csv --header --from t.csv fields note transpose where 1 eq note
  [ "$output" = $'note,"a, b","x\ny"' ]
  run -0 gf-stream --csv --header --from t.csv limit 0 transpose
  [ "$output" = $'id\nnote' ]
  run -0 gf-stream --csv --from t.csv transpose
  [ "$output" = $'id,1,2\nnote,"a, b","x\ny"' ]
  run -2 gf-stream --csv --header --from t.csv transpose fields id
  expect_text "behind 'transpose' the columns have no names"
  run -0 gf-stream -d , -D : transpose <<<$'1,2\n3,4'
  [ "$output" = $'1:3\n2:4' ]
  run -125 gf-stream --memory 1M transpose < <(seq 200000)
  expect_text 'transpose: the records to hold are larger than the memory they may use, 1.00MiB'
}

@test "stream: distinct --any-field-order is awk over sorted fields" {
  awk 'BEGIN { srand(9); for (i = 0; i < 60000; i++) print int(rand() * 40), int(rand() * 40), int(rand() * 40) }' >in
  awk '
    { a = $1 + 0; b = $2 + 0; c = $3 + 0
      if (a > b) { t = a; a = b; b = t }
      if (b > c) { t = b; b = c; c = t }
      if (a > b) { t = a; a = b; b = t }
      if (!seen[a, b, c]++) print }' in >want
  gf-stream distinct --any-field-order <in | cmp - want
  gf-stream --memory 1M -j2 distinct --any-field-order <in | cmp - want
  gf-stream distinct --any-field-order -c fields 2- <in | cmp - want
  run -0 gf-stream --csv distinct --any-field-order <<<$'"a,",b\nb,"a,"\na,b'
  [ "$output" = $'"a,",b\na,b' ]
  run -0 gf-stream -d : distinct --any-field-order <<<$'a:b\nb:a'
  [ "$output" = a:b ]
  run -2 gf-stream distinct --any-field-order -k 1 <<<a
}

@test "stream: percentile --nearest prints a value of the input" {
  awk 'BEGIN { srand(4); for (i = 0; i < 5000; i++) printf "%.*f\n", i % 5, rand() * 1000 }' >in
  sort -g -s in >sorted
  for p in 0 1 33.3 50 99 99.99 100; do
    rank=$(awk -v p=$p 'BEGIN { r = p * 5000 / 100; r = r > int(r) ? int(r) + 1 : int(r); print r ? r : 1 }')
    [ "$(gf-stream percentile --nearest $p <in)" = "$(sed -n "${rank}p" sorted)" ] || fails "$p"
    [ "$(gf-stream --memory 1M -j2 percentile --nearest $p <in)" = "$(sed -n "${rank}p" sorted)" ] || fails "$p"
  done
}
