#!/usr/bin/env bats
# docs.bats - pages, help, exit codes and README agree with the tools, and what they show runs.
# bats file_tags=plain

load helper

tools() {
  local path
  for path in "$GF_BIN"/gf-*; do echo "${path##*/}"; done
}

# each_tool RULE: says which tools break it.
each_tool() {
  local tool bad=
  for tool in $(tools); do "$1" "$tool" || bad+=" $tool"; done
  [ -z "$bad" ] || fails "not so:$bad"
}

# The options of the table, and those that the page lists: -x and --long, one a line.
table_options() {
  "$1" --gf-dump | awk -F '\t' '$1 == "option" {
    if ($3 != "-") print "-" $3
    if ($4 != "-") print "--" $4 }' | sort -u
}

page_options() {
  awk '/^\.It Fl / { for (i = 1; i < NF; i++) if ($i == "Fl") print "-" $(i + 1) }' \
    "$ROOT/man/$1.1" | sort -u
}

table_exits() { "$1" --gf-dump | awk -F '\t' '$1 == "exit" { print $3 }' | sort -nu; }

# page_exits FILE: the codes that the list under the heading tells.
page_exits() {
  awk -v heading="${2:-.Sh EXIT STATUS}" '/^\.S[hs] / { inside = index($0, heading) == 1 }
    inside && /^\.It / { for (i = 2; i <= NF; i++) if ($i ~ /^[0-9]+,?$/) print $i + 0 }' "$1" |
    sort -nu
}

# agree NAME A B: two lists that must be the same.
agree() {
  diff <(printf '%s\n' "$2") <(printf '%s\n' "$3") >difference && return
  echo "$1: < only in the tool, > only in the page"
  grep '^[<>]' difference
  return 1
}

# run_examples NAME DIRECTORY: every file of tests/cli/examples.awk, each in a directory of its own.
run_examples() {
  local file want got command bad=0
  for file in "$2"/*; do
    [ -e "$file" ] || continue
    want=$(head -n 1 "$file")
    command=$(tail -n +2 "$file") # before the change of directory
    [ -n "$command" ] || fails "$1: an example without a command" || return
    [ "$want" != norun ] || continue
    command=$(tail -n +2 "$file")
    got=0
    rm -rf scratch
    cp -r "$ROOT/tests/cli/examples.d" scratch
    (cd scratch && exec timeout 20 bash -c "$command") </dev/null >said 2>&1 || got=$?
    if [ "$got" -ne "$want" ]; then
      printf '%s: status %s, not %s:\n%s\n%s\n' "$1" "$got" "$want" "$command" \
        "$(head -n 20 said)"
      bad=1
    fi
  done
  return "$bad"
}

@test "every tool has a page, and its page names it" {
  rule() { grep -qx "\.Nm $1" "$ROOT/man/$1.1"; }
  each_tool rule
}

@test "every page belongs to a tool, or is gf.7" {
  for page in "$ROOT"/man/*; do
    page=${page##*/}
    [ "$page" = gf.7 ] || [ -x "$GF_BIN/${page%.1}" ] || fails "$page"
  done
}

@test "option table and page name the same options" {
  rule() { agree "$1" "$(table_options "$1")" "$(page_options "$1")"; }
  each_tool rule
}

@test "option table and page name the same exit codes" {
  rule() { agree "$1" "$(table_exits "$1")" "$(page_exits "$ROOT/man/$1.1")"; }
  each_tool rule
}

@test "gf.7 tells the family's exit codes, all of them" {
  agree gf.7 "$(sed -n 's/.*GF_EXIT_[A-Z]* = \([0-9]*\),.*/\1/p' "$ROOT/lib/base/exit.h" | sort -n)" \
    "$(page_exits "$ROOT/man/gf.7" '.Ss Exit status')"
}

@test "no two options of a command share a letter or a name" {
  rule() {
    local twice
    twice=$("$1" --gf-dump | awk -F '\t' '$1 == "option" {
      if ($3 != "-") print $2, "-" $3
      if ($4 != "-") print $2, "--" $4 }' | sort | uniq -d)
    [ -z "$twice" ] || { echo "$twice"; return 1; }
  }
  each_tool rule
}

@test "every command has at least three examples in its help" {
  rule() { [ "$("$1" --gf-dump | grep -c "^example	$1	")" -ge 3 ]; }
  each_tool rule
}

@test "the examples of --help run" {
  rule() {
    local n=0 line
    rm -rf help && mkdir help
    while IFS= read -r line; do
      n=$((n + 1))
      printf '0\n%s\n' "$line" >"help/$(printf %02d "$n")"
    done < <("$1" --gf-dump | awk -F '\t' '$1 == "example" { print substr($0, length($1 $2) + 3) }')
    [ "$n" -gt 0 ] && run_examples "$1 --help" help
  }
  each_tool rule
}

@test "the examples of the pages run" {
  rule() {
    rm -rf page && mkdir page
    awk -v out=page -f "$ROOT/tests/cli/examples.awk" "$ROOT/man/$1.1"
    [ -n "$(ls page)" ] || { echo "$1.1 has no examples"; return 1; }
    run_examples "$1.1" page
  }
  each_tool rule
}

# mdoc takes a lone dot or comma for punctuation and moves it: what runs must be what is read.
@test "the examples of the pages are shown as they run" {
  rule() {
    local file line bad=0
    rm -rf page && mkdir page
    awk -v out=page -f "$ROOT/tests/cli/examples.awk" "$ROOT/man/$1.1"
    mandoc -Tascii -O width=500 "$ROOT/man/$1.1" | col -b | tr -s ' \t' ' ' >shown
    for file in page/*; do
      while read -r line; do
        grep -qF -- "$(tr -s ' \t' ' ' <<<"$line")" shown || { echo "$1.1 does not show: $line"; bad=1; }
      done < <(tail -n +2 "$file")
    done
    return "$bad"
  }
  each_tool rule
}

@test "the commands of README.md run" {
  [ -e "$ROOT/README.md" ] || skip "there is no README.md yet"
  mkdir readme
  awk -v out=readme -f "$ROOT/tests/cli/examples.awk" "$ROOT/README.md"
  [ -n "$(ls readme)" ] || fails 'README.md shows no commands'
  run_examples README.md readme
}

@test "a mark that keeps an example from running gives its reason" {
  ! grep -nE '(\.\\"|<!--) *norun:? *(-->)?$' "$ROOT"/man/* "$ROOT"/*.md
}
