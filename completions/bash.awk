# bash.awk - what bash has to know of one tool, and the engine behind it.

function write(    n) {
  print "# " tool ".bash - made by `make completions` from the option table; do not edit."
  print ""
  print "# Sets what the command $1 is made of."
  print "_" id "_table() {"
  print "  options='' separate='' operands=- style=operand count=0 instead='' behind=''"
  print "  command=$1"
  print "  case $1 in"
  for (n = 1; n <= commands; n++) table_row(n)
  print "  esac"
  print "}"
  print ""
  print "# Sets what the option $1 of the command takes."
  print "_" id "_values() {"
  print "  case $command:$1 in"
  for (n = 1; n <= commands; n++) value_rows(n)
  print "    *) takes=- ;;"
  print "  esac"
  print "}"
  print ""
  copy_engine()
}

function table_row(n,    o, list) {
  for (o = 1; o <= options[n]; o++) list = list " " spellings(n, o)
  print "    " word[n] ")"
  print "      options='" substr(list, 2) "'"
  if (separate(n) != "") print "      separate='" separate(n) "'"
  if (n == 1 && commands > 1) print "      names='" names_of() "'"
  if (operands[n] != "-" && style[n] != "command") print "      operands='" operands[n] "'"
  if (style[n] != "operand") print "      style=" style[n]
  if (count[n] > 0) print "      count=" count[n]
  if (instead[n] != "") print "      instead='" instead[n] "'"
  if (behind[n]) print "      behind=yes"
  print "      ;;"
}

function value_rows(n,    o, list) {
  for (o = 1; o <= options[n]; o++) {
    if (arg[n, o] == "" || values[n, o] == "-") continue
    list = word[n] ":" spellings(n, o)
    sub(/ /, " | " word[n] ":", list)
    print "    " list ") takes='" values[n, o] "' ;;"
  }
}
