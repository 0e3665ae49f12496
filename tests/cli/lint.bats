#!/usr/bin/env bats
# lint.bats - the rules of tests/lint notice what they are there for.
# bats file_tags=plain

load helper

# tree: a tree of its own with the rules and nothing else, no git.
tree() {
  mkdir -p tree/tests/cli
  cp -r "$ROOT/tests/files" "$ROOT/tests/lint" tree/tests/
  cp "$ROOT/tests/cli/helper.bash" tree/tests/cli/
}

# rule NAME: runs it in the tree.
rule() { run "tree/tests/lint/$1"; }

@test "lint skips: a skip that skips nothing is found, wherever it hides" {
  tree
  rule skips
  expect_status 0
  while IFS='|' read -r why line; do
    # A bar would be the separator: @ stands for it.
    printf 'own() {\n  [ -e x ] || skip no\n}\nabove() { own; }\n@test "t" {\n  %s\n}\n' "${line//@/|}" \
      >tree/tests/cli/t.bats
    rule skips
    if [ "$why" = right ]; then
      [ "$status" -eq 0 ] || fails "taken for a fault: $line: $output"
    else
      [ "$status" -eq 1 ] || fails "not found: $line"
      expect_text "t.bats:6: skip $why: "
    fi
  done <<'END'
in $(...)|a=$(skip no)
in $(...)|[ "$(seq 6 @ own)" = 6 ]
in $(...)|[ "$(needs_git)" = '' ]
beside a pipe|seq 3 @ above
beside a pipe|own @ cat
beside a pipe|needs_git; skip no @ cat
in (...)|(skip no)
behind run|run own
in the background|own &
right|skip 'a @ b $(c)'
right|ldd x @ grep -q y @@ skip no
right|[ -e x ] && own; needs_git
right|echo "skipped: $(cat x)" @ cat
END
}

@test "lint marks, calls, leaning, weight: each finds its fault" {
  tree
  mkdir -p tree/lib/base tree/lib/text
  for name in marks calls leaning weight; do
    rule "$name"
    expect_status 0
  done
  echo 'int f(char *s) { return atoi(s); }' >tree/lib/base/a.c
  rule calls
  expect_status 1
  echo 'void f(void) { printf("x"); }' >tree/lib/text/a.c
  echo >tree/lib/base/a.c
  rule calls
  expect_status 1
  printf 'int f(struct gf_buf *b) { return gf_write_buf(1, b) + g(b->data, b->len); }\n' >tree/lib/base/a.c
  echo >tree/lib/text/a.c
  rule calls
  expect_status 0
  printf 'int f(struct x *e)\n{\n    return gf_write_all(e->fd, e->line.data,\n                        e->line.len);\n}\n' >tree/lib/text/a.c
  rule calls
  expect_status 1
  expect_text 'lib/text/a.c:3:'
  echo 'void f(void) { printf("x"); }' >tree/lib/text/a.c
  printf '#include "%s"\n' text/a.h >tree/lib/base/a.c
  rule leaning
  expect_status 1
  printf '/* TO%s */\n' DO >tree/lib/base/a.c
  rule marks
  expect_status 1
  : >tree/stranger
  rule weight
  expect_status 1
  rm tree/stranger
  rule weight
  expect_status 0
  { printf '/*\n * b.c - b.\n */\n' && seq 397; } >tree/lib/base/b.c
  rule weight
  expect_status 0
  echo >>tree/lib/base/b.c
  rule weight
  expect_status 1
  expect_text 'lib/base/b.c'
  echo '/* b.c - see b.h. */' >tree/lib/base/b.c
  rule weight
  expect_status 1
  expect_text 'lib/base/b.c'
}

@test "lint cycles: a circle of includes, and one of calls, is found and named" {
  tree
  mkdir -p tree/lib/base tree/cmd/gf-x tree/build/obj/lib/base tree/build/obj/cmd/gf-x
  cd tree || return 1
  # build: the objects that the rule reads.
  build() {
    local file
    for file in lib/base/*.c cmd/gf-x/*.c; do
      cc -Ilib -c -o "build/obj/${file%.c}.o" "$file" || return 1
    done
  }
  echo 'int gf_f(void); int gf_f(void) { return 1; }' >lib/base/f.c
  echo 'int gf_f(void); int b(void); int a(void); int a(void) { return b() + gf_f(); }' >cmd/gf-x/a.c
  echo 'int b(void); int b(void) { return 2; }' >cmd/gf-x/b.c
  build
  run tests/lint/cycles
  expect_status 0
  echo 'int a(void); int b(void); int b(void) { return a(); }' >cmd/gf-x/b.c
  build
  run tests/lint/cycles
  expect_status 1
  expect_text 'files that call one another'
  expect_text '  cmd/gf-x/a.c'
  expect_text '  cmd/gf-x/b.c'
  # A table of functions is data: who has it calls nobody.
  echo 'int a(void); int (*const table[])(void) = {a}; int b(void); int b(void) { return 2; }' >cmd/gf-x/b.c
  echo 'extern int (*const table[])(void); int a(void); int a(void) { return table[0] != 0; }' >cmd/gf-x/a.c
  build
  run tests/lint/cycles
  expect_status 0
  echo 'int b(void); int b(void) { return 2; }' >cmd/gf-x/b.c
  echo 'int gf_f(void); int b(void); int a(void); int a(void) { return b() + gf_f(); }' >cmd/gf-x/a.c
  build
  echo '#include "q.h"' >cmd/gf-x/p.h
  echo '#include "p.h"' >cmd/gf-x/q.h
  run tests/lint/cycles
  expect_status 1
  expect_text 'files that include one another'
  expect_text '  cmd/gf-x/q.h'
  rm build/obj/cmd/gf-x/b.o
  run tests/lint/cycles
  expect_text "run 'make' first"
}

@test "lint stack: a function that calls itself, directly or in a circle, is found and named" {
  tree
  mkdir -p tree/lib/base tree/cmd/gf-x
  : >tree/none
  export LINT_STACK_BOUNDED=none
  # The names of what each file defines and calls, then the circle that there is.
  while IFS='|' read -r why text want; do
    printf '%b' "$text" >tree/lib/base/a.c
    rule stack
    if [ -z "$want" ]; then
      [ "$status" -eq 0 ] || fails "$why: $output"
    else
      [ "$status" -eq 1 ] || fails "$why: not found"
      [ "$output" = "$(printf 'calls in a circle, that nothing bounds:\n%b' "$want")" ] || fails "$why: $output"
    fi
  done <<'END'
none|int f(int n)\n{\n    return g(n);\n}\nint g(int n)\n{\n    return n;\n}\n|
itself|static int f(int n)\n{\n    return n ? f(n - 1) : 0;\n}\n|  lib/base/a.c:f calls lib/base/a.c:f
behind an attribute|__attribute__((format(printf, 1, 2))) static void f(char *s,\n  ...)\n{\n    f(s);\n}\n|  lib/base/a.c:f calls lib/base/a.c:f
a circle, and who calls into it|void f(void);\nvoid g(void)\n{\n    f();\n}\nvoid f(void)\n{\n    h();\n    g();\n}\nvoid k(void)\n{\n    g();\n}\nvoid h(void)\n{\n}\n|  lib/base/a.c:g calls lib/base/a.c:f\n  lib/base/a.c:f calls lib/base/a.c:g
by a macro|#define M(x) \\\n    f(x)\nvoid f(int x)\n{\n    M(x);\n}\n|  lib/base/a.c:M calls lib/base/a.c:f\n  lib/base/a.c:f calls lib/base/a.c:M
no call|/* f( */\nvoid f(struct s *s)\n{\n    say("f(" /* f() */);\n    s->f(1);\n    c = \0047"\0047; // f()\n}\nvoid g(void)\n{\n    f(0);\n}\n|
END
  # Over files: by a tool and a room, and never from a tool into another or a static of another file.
  printf 'void gf_f(void)\n{\n    b();\n}\nvoid gf_g(void)\n{\n    gf_f();\n}\n' >tree/lib/base/a.c
  printf 'static void b(void)\n{\n    gf_g();\n}\nvoid c(void)\n{\n    d();\n}\n' >tree/cmd/gf-x/b.c
  rule stack
  expect_status 0
  printf 'void d(void)\n{\n    c();\n}\n' >tree/cmd/gf-x/d.c
  rule stack
  expect_status 1
  expect_text '  cmd/gf-x/b.c:c calls cmd/gf-x/d.c:d'
  # A row of the table cuts the circle, and has to be in one.
  printf 'cmd/gf-x/d.c d c: why\n' >tree/none
  rule stack
  expect_status 0
  printf 'lib/base/a.c gf_g gf_f: why\n' >>tree/none
  rule stack
  expect_status 1
  expect_text 'a row of the table is no call in a circle: lib/base/a.c gf_g gf_f'
}

@test "lint promises: a promise without a row, a row without a promise, and a test that is gone are found" {
  tree
  mkdir -p tree/man tree/tests/unit
  # The page's cell and the section that is none of promises need no row; a sentence that both have needs one.
  printf '.Dd November 1, 2026\n.Dt GF 7\n.Os\n.Sh NAME\n.Nm gf\n.Nd rules\n.Sh PRAISE\nIt is fine.\n.Sh FILES\n%s\n' \
    "It keeps
.Ql x.y ,
and says so.
It ends.
.Bl -tag -width Ds
.It a
cell
.El" >tree/man/gf.7
  printf '# S\n\n- No promise.\n\n## What the tools promise\n\n- It ends.\n- It has `code`\n  in it.\n\nText.\n\n## Not\n\n- This.\n' \
    >tree/SECURITY.md
  printf '@test "it: (keeps)" {\n}\n' >tree/tests/cli/a.bats
  printf 'TEST(a, b)\n{\n}\n' >tree/tests/unit/a.c
  local keeps=$'It keeps x.y, and says so.\ttests/cli/a.bats\tit: (keeps)'
  local code=$'It has code in it.\ttests/unit/a.c\ta, b' ends=$'It ends.\t-\tit is a fact'
  # promises WANT ROW...: with these rows the rule says WANT and nothing else.
  promises() {
    printf '%s\n' '# a comment' "${@:2}" >tree/tests/promises.tsv
    rule promises
    [ "$output" = "$1" ] || fails "not '$1' but '$output'"
    expect_status "$([ -z "$1" ] && echo 0 || echo 1)"
  }
  promises '' "$keeps" "$code" "$ends"
  promises '' "$keeps" "$keeps" "$code" "$ends"
  promises 'no row in tests/promises.tsv: It keeps x.y, and says so.' "$code" "$ends"
  promises 'no row in tests/promises.tsv: It has code in it.' "$keeps" "$ends"
  promises 'no row in tests/promises.tsv: It ends.' "$keeps" "$code"
  promises 'a row is about a sentence that is not there: It is fine.' "$keeps" "$code" "$ends" $'It is fine.\t-\tx'
  promises 'no such test: tests/cli/a.bats: it: .keeps.' "${keeps%(*}.keeps." "$code" "$ends"
  promises 'no such test: tests/unit/a.c: a' "$keeps" "${code%,*}" "$ends"
  promises 'no such test: tests/cli/b.bats: x' "$keeps" "$code" $'It ends.\ttests/cli/b.bats\tx'
  promises 'a row has three columns: It ends.' "$keeps" "$code" $'It ends.\t-'
  rm tree/SECURITY.md
  rule promises
  expect_status 1
  expect_text 'no promise found: SECURITY.md'
}

@test "the compiler refuses a frame above 16 KiB" {
  mkdir -p src/lib/base src/tests/unit
  cp "$ROOT/Makefile" src/
  cd src || return 1
  # frame BYTES: compiles a function that has so many.
  frame() {
    printf 'int use(char *);\nint frame(void);\nint frame(void)\n{\n    char a[%d];\n    return use(a);\n}\n' "$1" |
      tee tests/unit/a.c >lib/base/a.c
    run make -s CC=gcc SAN= build/obj/lib/base/a.o build/obj/tests/unit/a.o
  }
  frame 16000
  expect_status 0
  frame 16384
  expect_status 2
  expect_text 'stack usage'
}

# ---- tests/tap.awk ---------------------------------------------------------------------------------

@test "tap.awk: a stream that is short, failed or empty is a failure" {
  while IFS='|' read -r status stream want; do
    : >counts
    printf '%b' "$stream" | awk -v label=x -v status="$status" -v counts=counts -v skips=skips -v variant=plain \
      -f "$ROOT/tests/tap.awk" >report
    [ "$(cat counts)" = "$want x" ] || fails "$stream: $(cat counts report)"
  done <<'END'
0|1..2\nok 1\nok 2\n|2 0 0
0|1..2\nok 1\n|1 1 0
0|ok 1\n|1 1 0
1|1..1\nok 1\n|1 1 0
1|1..1\nnot ok 1\n|0 1 0
0|1..0\n|0 1 0
0||0 1 0
0|1..2\nok 1 # skip no tool\nok 2 x\n|1 0 1
END
  [ "$(cat skips)" = 'plain no tool' ]
}

@test "total.awk: failures, parts without a result and empty runs end with 1" {
  total() { awk -v parts="$1" -v narrowed="$2" -f "$ROOT/tests/total.awk"; }
  [ "$(printf '3 0 1 a\n2 0 0 b\n' | total 2 '')" = '5 passed, 0 failed, 1 skipped' ]
  run total 1 '' <<<'3 1 0 a'
  expect_status 1
  run total 2 '' <<<'3 0 0 a'
  expect_status 1
  expect_text '1 parts left no result'
  run total 0 poool </dev/null
  expect_status 1
  expect_text 'no test has "poool" in its name'
}
