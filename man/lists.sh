#!/bin/sh
# lists.sh BINDIR MANDIR - makes the lists of the pages that come from the option tables anew.
#
# A page holds a list between two comments, `.\" list: KIND` and `.\" end of list`. KIND is `rules`,
# what goes with what, or `elsewhere`, the options of other tools. The rows are those of
# `gf-NAME --gf-dump` (lib/base/cli_dump.c).
set -eu

rows() {
  awk -F '\t' -v kind="$2" -v tool="$1" '
    function minus(s) { gsub(/\\/, "\\e", s); gsub(/-/, "\\-", s); gsub(/\047/, "\\(aq", s); gsub(/"/, "\\(dq", s); gsub(/~/, "\\(ti", s); return s }
    function either(s, last) {
      sub(/ +$/, "", s)
      gsub(/ +/, ", ", s)
      if (match(s, /.*, /)) s = substr(s, 1, RLENGTH - 2) " " last " " substr(s, RLENGTH + 1)
      return s
    }
    # An entry that several commands have stands once, with their names in front.
    function add(command, item, text,    key) {
      key = item "\t" text "\t" (command == tool)
      if (!(key in heads)) { order[++n] = key; heads[key] = "" }
      if (command != tool) heads[key] = heads[key] (heads[key] == "" ? "" : ", ") substr(command, length(tool) + 2)
    }
    function flush() {
      if (words != "") add(of, words (words == from ? "" : " of " from), text)
      words = ""
    }
    kind == "rules" && $1 == "rule" {
      add($2, $4 ($3 == "needs" ? " needs " : " does not go with ") either($5, "or"), $6)
    }
    # Words in a row that are the same here share an entry.
    kind == "elsewhere" && $1 == "elsewhere" {
      key = $2 "\t" $4 "\t" $5
      if (words != "" && key == before) { words = words ", " $3; next }
      flush()
      before = key; of = $2; words = $3; from = $4; text = $5
    }
    END {
      flush()
      print ".Bl -tag -width 4n -compact"
      for (i = 1; i <= n; i++) {
        split(order[i], part, "\t")
        head = heads[order[i]]
        print ".It Li \"" minus((head == "" ? "" : head ": ") part[1]) "\"\n" minus(part[2]) "."
      }
      print ".El"
      if (!n) exit 1
    }'
}

for page in "$2"/gf-*.1; do
  tool=$(basename "$page" .1)
  if ! grep -q '^\.\\" list: ' "$page"; then continue; fi
  "$1/$tool" --gf-dump >"$page.dump"
  for kind in rules elsewhere; do
    rows "$tool" $kind <"$page.dump" >"$page.$kind" || :
  done
  awk -v page="$page" '
    /^\.\\" end of list$/ { skip = 0 }
    !skip { print }
    /^\.\\" list: / {
      skip = 1
      while ((getline line < (page "." $3)) > 0) print line
    }' "$page" >"$page.new"
  cmp -s "$page.new" "$page" || cat "$page.new" >"$page"
  rm "$page.new" "$page.dump" "$page.rules" "$page.elsewhere"
done
