#!/usr/bin/env bats
# docs.bats - pages, help, exit codes and README agree with the tools, and what they show runs.
# bats file_tags=plain

load helper
load redis

teardown() { redis_stop; }

# The examples of gf-fetch ask a few sites that a proxy on loopback stands for.
setup_file() {
  python3 "$BATS_TEST_DIRNAME/aid/sites.py" >"$BATS_FILE_TMPDIR/proxy" 2>&1 3>&- &
  echo $! >"$BATS_FILE_TMPDIR/sites"
  for ((i = 0; i < 500; i++)); do
    [ ! -s "$BATS_FILE_TMPDIR/proxy" ] || break
    sleep 0.02
  done
  http_proxy=$(<"$BATS_FILE_TMPDIR/proxy")
  export http_proxy no_proxy=
}

teardown_file() { kill "$(<"$BATS_FILE_TMPDIR/sites")"; }

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

# looks_like SAID SHOWN: the same text, where `...` in SHOWN stands for any.
looks_like() {
  local said pattern
  said=$(<"$1")
  pattern=$(sed 's/[][*?\\()|+@!]/\\&/g; s/\.\.\./*/g' "$2")
  # shellcheck disable=SC2053 # it is a pattern
  [[ $said == $pattern ]]
}

# on_server: the command, with a server of the test's own for redis://HOST. Status 1: there is none here.
on_server() {
  command -v redis-server >/dev/null && ldd "$GF_BIN/gf-queue" | grep -q hiredis || return
  [ -n "${REDIS_PID-}" ] || redis_start
  command=$(sed -E "s,redis://[a-z.]+#,$REDIS_URL#,g" <<<"$command")
}

# run_examples NAME DIRECTORY: every file of tests/cli/examples.awk, each in a directory of its own.
run_examples() {
  local file want got command bad=0
  for file in "$2"/*; do
    case $file in *.out) continue ;; esac
    [ -e "$file" ] || continue
    want=$(head -n 1 "$file")
    command=$(tail -n +2 "$file") # before the change of directory
    [ -n "$command" ] || fails "$1: an example without a command" || return
    [ "$want" != norun ] || continue
    if [ "$want" = server ]; then
      on_server || continue
      want=0
    fi
    got=0
    rm -rf scratch
    cp -r "$ROOT/tests/cli/examples.d" scratch
    (cd scratch && exec timeout 20 bash -c "$command") </dev/null >said 2>&1 || got=$?
    if [ "$got" -ne "$want" ]; then
      printf '%s: status %s, not %s:\n%s\n%s\n' "$1" "$got" "$want" "$command" \
        "$(head -n 20 said)"
      bad=1
    fi
    if [ -e "$file.out" ] && ! looks_like said "$file.out"; then
      printf '%s: not what is shown:\n%s\n%s\n' "$1" "$command" "$(diff "$file.out" said)"
      bad=1
    fi
  done
  return "$bad"
}

@test "every tool has a page, and its page names it" {
  rule() { grep -qx "\.Nm $1" "$ROOT/man/$1.1"; }
  each_tool rule
}

@test "every page belongs to a tool, or is of section 7" {
  for page in "$ROOT"/man/*.[1-8]; do
    page=${page##*/}
    [[ $page == gf.7 || $page == gf-recipes.7 ]] || [ -x "$GF_BIN/${page%.1}" ] || fails "$page"
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

@test "the recipes of gf-recipes.7 run" {
  mkdir page
  awk -v out=page -f "$ROOT/tests/cli/examples.awk" "$ROOT/man/gf-recipes.7"
  [ "$(ls page | wc -l)" -ge 11 ]
  [ "$(cat page/* | grep -cx server)" -ge 3 ]
  run_examples gf-recipes.7 page
}

# ---- what the pages look like, by both formatters ----------------------------------------------------

# rendered FORMATTER PAGE: as a terminal of 80 columns shows it.
rendered() {
  case $1 in
    man) MANWIDTH=80 MANROFFOPT='' LC_ALL=C.UTF-8 man -l "$2" ;;
    mandoc) mandoc -Tutf8 -Owidth=78 "$2" ;;
  esac | LC_ALL=C.UTF-8 col -bx
}

# each_rendering RULE: runs RULE FORMATTER PAGE with the rendered page as `shown`.
each_rendering() {
  local page formatter bad=
  for page in "$ROOT"/man/*.[1-8]; do
    for formatter in man mandoc; do
      rendered "$formatter" "$page" >shown
      [ "$(wc -l <shown)" -gt 50 ] || fails "$formatter shows little of $page" || return
      "$1" "$formatter" "${page##*/}" || bad+=" ${page##*/} ($formatter)"
    done
  done
  [ -z "$bad" ] || fails "not so:$bad"
}

@test "no page quotes within quotes" {
  # A quote that opens before the last one was closed; paragraphs end where lines are empty. The bytes
  # of the two quotation marks are given in octal, for an awk that knows no UTF-8.
  rule() {
    awk -v page="$2 ($1)" '
      /^[ \t]*$/ { open = 0; next }
      {
        rest = $0
        while (match(rest, /\342\200(\230|\231)/)) {
          if (substr(rest, RSTART, RLENGTH) == "\342\200\230") {
            if (open) { printf "%s: %s\n", page, $0; bad = 1 }
            open = 1
          } else open = 0
          rest = substr(rest, RSTART + RLENGTH)
        }
      }
      END { exit bad }' shown
  }
  each_rendering rule
  # The rule finds what it is for.
  printf '(\342\200\230\\t, \342\200\2300\342\200\231)\n' >shown
  run rule man made-up
  expect_status 1
}

@test "no line of a page is wider than 80 columns" {
  rule() {
    LC_ALL=C awk -v page="$2 ($1)" '{ line = $0; gsub(/[\200-\277]/, "", line) }
      length(line) > 80 { print page ": " $0; bad = 1 } END { exit bad }' shown
  }
  each_rendering rule
}

# What a reader copies from the page is what the test above ran, byte for byte but for the
# indentation; mdoc moves a lone dot, turns quotes and wraps what it takes for text.
@test "the examples of the pages survive copy and paste" {
  rule() {
    local file bad=0
    rm -rf page && mkdir page
    awk -v out=page -f "$ROOT/tests/cli/examples.awk" "$ROOT/man/$2"
    sed 's/^ *//' shown >flush
    for file in page/*; do
      [ -e "$file" ] || continue
      [[ $(<flush) == *$'\n'"$(tail -n +2 "$file" | sed 's/^ *//')"$'\n'* ]] ||
        { echo "$2 ($1) does not show: $(tail -n +2 "$file")"; bad=1; }
    done
    return "$bad"
  }
  each_rendering rule
}

# The options by group: `group TITLE` rows of the table, `.Ss Title` of the page.
table_groups() {
  "$1" --gf-dump | awk -F '\t' -v tool="$1" '$2 != tool { next }
    $1 == "group" { print "= " $3; any = 1 }
    $1 == "option" && any { print ($3 != "-") ? "-" $3 : "--" $4 }'
}

page_groups() {
  awk '/^\.Sh / { inside = $0 == ".Sh OPTIONS" } !inside { next }
    /^\.Ss / { print "= " tolower(substr($0, 5)); any = 1 }
    /^\.It Fl / && any { print "-" $3 }' "$ROOT/man/$1.1"
}

@test "pages and --help have the same options in the same groups, in the same order" {
  rule() { agree "$1" "$(table_groups "$1")" "$(page_groups "$1")"; }
  each_tool rule
}

@test "-h is a screen, --help is whole" {
  rule() {
    "$1" -h >short
    "$1" --help >whole
    [ "$(wc -l <short)" -le 40 ] && [ "$(wc -l <short)" -le "$(wc -l <whole)" ] &&
      ! LC_ALL=C awk 'length > 80 { print; bad = 1 } END { exit !bad }' short whole
  }
  each_tool rule
}

@test "gf.7 lists only options that some tool has" {
  for tool in $(tools); do table_options "$tool"; "$tool" --gf-dump; done |
    awk -F '\t' '/^-/ { print } $1 == "option" { print "-" $3; print "--" $4 }' | sort -u >known
  while read -r option; do
    grep -qxe "$option" known || fails "no tool has $option"
  done < <(awk '/^\.Ss / { inside = $0 == ".Ss Options" } inside && /^\.It Fl / { print "-" $3 }' "$ROOT/man/gf.7")
}

@test "the commands of README.md run, and print what it shows" {
  mkdir readme
  awk -v out=readme -f "$ROOT/tests/cli/examples.awk" "$ROOT/README.md"
  [ -n "$(ls readme)" ] || fails 'README.md shows no commands'
  run_examples README.md readme
}

@test "the Dockerfile of README.md is one" {
  run "$ROOT/tests/fresh/image.sh" --parse
  expect_status 0
  mkdir -p copy/tests/fresh
  cp "$ROOT/tests/fresh/image.sh" copy/tests/fresh/
  sed 's/^RUN make/MAKE/' "$ROOT/README.md" >copy/README.md
  run copy/tests/fresh/image.sh --parse
  expect_status 1
  expect_text "unknown instruction 'MAKE'"
}

@test "the picture of the week is what gf-cron draws" {
  mkdir pictures
  cp "$ROOT"/man/pictures/* pictures/
  sed -n '/^printf/,/^$/p' pictures/make.sh >week.sh
  (cd pictures && rm week.svg && bash -eu ../week.sh)
  cmp pictures/week.svg "$ROOT/man/pictures/week.svg"
}

@test "a mark that keeps an example from running gives its reason" {
  ! grep -nE '(\.\\"|<!--) *norun:? *(-->)?$' "$ROOT"/man/* "$ROOT"/*.md
}

@test "the lists of options that go together, and of other tools, are those of the tables" {
  cp -r "$ROOT/man" pages
  "$ROOT/man/lists.sh" "$GF_BIN" pages
  diff -r "$ROOT/man" pages || fails 'run make pages'
  # one rule and one word of another tool stand there, so the lists are not empty
  grep -q '^\.It Li "\\-\\-retry\\-delay needs \\-\\-retries or \\-\\-queue"$' pages/gf-pool.1
  grep -q '^\.It Li "\\-\\-delay of GNU parallel"$' pages/gf-pool.1
}
