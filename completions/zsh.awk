# zsh.awk - the arguments of one tool's commands, as zsh's _arguments reads them, and the engine.

function write(    n) {
  print "#compdef " tool
  print "# Made by `make completions` from the option table; do not edit."
  print ""
  print "# Completes the words of the command $1."
  print "_" id "_arguments() {"
  print "  case $1 in"
  for (n = 1; n <= commands; n++) {
    print "  " word[n] ")"
    arguments(n)
    print "    ;;"
  }
  print "  esac"
  print "}"
  print ""
  if (commands > 1) names()
  if (chain || runs) tables()
  copy_engine()
}

function names(    n) {
  print "_" id "_names() {"
  print "  local -a names=("
  for (n = 2; n <= commands; n++) print "    '" word[n] ":" text(summary[n]) "'"
  print "  )"
  print "  _describe -t commands " (chain ? "operation" : "command") " names"
  print "}"
  print ""
}

# The options whose argument is the next word, the number of operands, and the options that are given
# instead of the first of them.
function tables(    n) {
  print "local -A separate=("
  for (n = 1; n <= commands; n++) if (separate(n) != "") print "  " word[n] " '" separate(n) "'"
  print ") count=("
  for (n = 2; n <= commands; n++) print "  " word[n] " " count[n]
  print ") instead=("
  for (n = 2; n <= commands; n++) if (instead[n] != "") print "  " word[n] " '" instead[n] "'"
  print ")"
  print ""
}

function text(s) {
  s = behind_backslash(s, "[]:\\")
  gsub(/'/, "'\\''", s)
  return s
}

function action(v) {
  if (v == "-") return " "
  if (v == "@file") return "_files"
  if (v == "@dir") return "_files -/"
  if (v == "@command") return "_command_names -e"
  if (v == "@zone") return "_" id "_zones"
  if (v == "@column") return "_" id "_columns"
  if (v == "@job") return "_" id "_jobs"
  if (sub(/^@state/, "", v)) return "_" id "_states " v
  return "(" v ")"
}

function option(n, o,    both, about, long, short) {
  both = letter[n, o] != "" && name[n, o] != ""
  about = "[" text(help[n, o]) "]"
  short = "-" letter[n, o]
  long = "--" name[n, o]
  if (arg[n, o] != "") {
    short = short "+"
    long = long (optional[n, o] ? "=-" : "=")
    about = about (optional[n, o] ? "::" : ":") text(arg[n, o]) ":" action(values[n, o])
  }
  if (both && optional[n, o]) {
    printf " \\\n      '-%s[%s]' \\\n      '%s%s'", letter[n, o], text(help[n, o]), long, about
  } else if (both)
    printf " \\\n      '(-%s --%s)'{%s,%s}'%s'", letter[n, o], name[n, o], short, long, about
  else
    printf " \\\n      '%s%s'", letter[n, o] != "" ? short : long, about
}

function arguments(n,    o) {
  if (behind[n]) print "    _" id "_behind && return"
  printf "    _arguments -s -S"
  for (o = 1; o <= options[n]; o++) option(n, o)
  if (style[n] == "names" && n == 1)
    printf " \\\n      '(-)1:name:_" id "_names'"
  else if (style[n] != "command" && (operands[n] != "-" || count[n] > 0))
    printf " \\\n      '*:operand:%s'", action(operands[n])
  print ""
}
