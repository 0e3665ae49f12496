#!/usr/bin/env bats
# stream_shapes.bats - gf-stream's orders and repeats over keys that ask the most of them, against the tools
# they stand for: in one thread beyond the budget, and in two within it.

load helper

# shape NAME: records of a key and their number. The order is that of the key, and where it says nothing, of
# the number.
shape() {
  awk -v shape="$1" -v n=5000 '
    function spread(i) { return i * 7919 % n } # neither up nor down, each once
    function times(s, k,   t) { # doubled, since mawk copies what is appended to
      for (t = s; length(t) < k * length(s);) t = t t
      return substr(t, 1, k * length(s))
    }
    BEGIN {
      pad = times("-common-", 27)
      if (shape == "mega") mega = times("0123456789abcdef", 65536)
      for (i = 0; i < n; i++) {
        if (shape == "common") key = pad sprintf("%d", spread(i) / 3)
        else if (shape == "nested") key = substr(pad pad, 1, spread(i) % 400 + 1)
        else if (shape == "apart") key = substr(pad, 1, spread(i) % 200) sprintf("%c", 33 + i % 90) substr(pad, spread(i) % 200 + 2)
        else if (shape == "equal") key = pad
        else if (shape == "sorted") key = sprintf("%s%06d", pad, i)
        else if (shape == "reversed") key = sprintf("%s%06d", pad, n - i)
        else if (shape == "organ") key = sprintf("%s%06d", pad, i < n / 2 ? i : n - i)
        else if (shape == "versions") key = pad spread(i) % 7 ".0" spread(i) % 90 (i % 3 ? "~rc" i % 11 : ".tar.gz")
        else if (shape == "mega") {
          if (i == 300) break
          key = i % 50 == 7 ? (i == 107 ? substr(mega, 2) : i == 157 ? mega "0" : mega) : substr(mega, 1, spread(i) % 40 + 1)
        }
        print key, i
      }
    }'
}

# The operation, then what makes the same of the file.
rows() {
  cat <<'END'
sort|sort -s
sort -f 1V|sort -s -t' ' -k 1,1V
sort -V -r|sort -s -V -r
top -f 1 70|sort -s -t' ' -k 1,1r | head -n 70
bottom -f 1 70|sort -s -t' ' -k 1,1 | head -n 70
distinct -f 1|awk '!seen[$1]++'
distinct --last -f 1|tac | awk '!seen[$1]++' | tac
distinct --only-dup -f 1|awk 'NR == FNR { n[$1]++; next } n[$1] > 1 && !seen[$1]++' in in
END
}

@test "orders and repeats of keys that are long, alike, or come in the worst order" {
  export LC_ALL=C
  local name op peer budget
  for name in common nested apart equal sorted reversed organ versions mega; do
    shape "$name" >in
    budget=1M
    [ "$name" != mega ] || budget=5M # a key that is a version takes twice its bytes, beside its record
    while IFS='|' read -r op peer; do
      bash -c "$peer" <in >want
      # shellcheck disable=SC2086 # words
      gf-stream -j1 --memory "$budget" $op <in | cmp - want || fails "$name: $op, beyond the budget"
      # shellcheck disable=SC2086
      gf-stream -j2 --from in $op | cmp - want || fails "$name: $op"
    done < <(rows)
  done
}
