# fish.awk - what fish has to know of one tool, the engine, and a line for each option.

function write(    n, o) {
  print "# " tool ".fish - made by `make completions` from the option table; do not edit."
  print ""
  print "# Sets what the command $argv[1] is made of, in the caller's scope."
  print "function __" id "_table --no-scope-shadowing"
  print "    set command $argv[1]"
  print "    set separate"
  print "    set style operand"
  print "    set count 0"
  print "    set instead"
  print "    set behind"
  print "    switch $command"
  for (n = 1; n <= commands; n++) table_row(n)
  print "    end"
  print "end"
  print ""
  copy_engine()
  for (n = 2; n <= commands; n++)
    print complete("names", 0) " -f -a " word[n] " -d " text(summary[n])
  if ("command" in uses) print complete("command", 0) " -f -a '(__" id "_command)'"
  for (n = 1; n <= commands; n++) {
    for (o = 1; o <= options[n]; o++) option(n, o)
    operand(n)
  }
}

function table_row(n) {
  print "        case " word[n]
  if (separate(n) != "") print "            set separate " separate(n)
  if (n == 1 && commands > 1) print "            set names " names_of()
  if (style[n] != "operand") print "            set style " style[n]
  if (count[n] > 0) print "            set count " count[n]
  if (instead[n] != "") print "            set instead " instead[n]
  if (behind[n]) print "            set behind yes"
}

function text(s) {
  return "'" behind_backslash(s, "\\'") "'"
}

# The head of a line that holds where `what` can stand next, of command n (0: whatever the command).
function complete(what, n) {
  return "complete -c " tool " -n '__" id "_at " what (n ? " " word[n] : "") "'"
}

function action(v) {
  if (v == "@dir") return "'(__fish_complete_directories)'"
  if (v == "@command") return "'(__fish_complete_command)'"
  if (v == "@zone") return "'(__" id "_zones)'"
  if (v == "@column") return "'(__" id "_columns)'"
  if (v == "@job") return "'(__" id "_jobs)'"
  if (sub(/^@state/, "", v)) return "'(__" id "_states " v ")'"
  return text(v)
}

function option(n, o,    line) {
  line = complete("option", n)
  if (letter[n, o] != "") line = line " -s " letter[n, o]
  if (name[n, o] != "") line = line " -l " name[n, o]
  if (arg[n, o] != "") {
    if (values[n, o] == "@file") line = line (optional[n, o] ? " -F" : " -r -F")
    else if (values[n, o] == "-") line = line (optional[n, o] ? "" : " -x")
    else line = line (optional[n, o] ? " -a " : " -x -a ") action(values[n, o])
  }
  print line " -d " text(help[n, o])
}

function operand(n) {
  if (style[n] == "command") return
  if (style[n] == "names" && count[n] == 0) return
  if (operands[n] == "@file") return
  print complete("operand", n) " -f" (operands[n] == "-" ? "" : " -a " action(operands[n]))
}
