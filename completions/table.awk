# table.awk - reads one tool's rows. The script behind it defines write(), which is called at the end.
#
# Commands are numbered as they come: 1 is the tool, the others are its subcommands or operations.
# What an option or operand takes is a word of lib/base/opt.h (`@file` ...), words with blanks
# between, or `-` for what nobody can guess. Rows of other kinds are ignored.
#
# style[n] says what an operand does: `command` (the rest of the line is a command), `names` (it
# names a subcommand or the next operation) or `operand`.

BEGIN { FS = "\t" }

$1 == "usage" { forms[$2] = forms[$2] "\n" $3 }

$1 == "command" {
  n = ++commands
  number[$2] = n
  path[n] = $2
  summary[n] = $3
  operands[n] = $4
  stops[n] = $5 == "stop"
  word[n] = $2
  sub(/^.* /, "", word[n])
  use($4)
}

$1 == "option" {
  n = number[$2]
  o = ++options[n]
  letter[n, o] = $3 == "-" ? "" : $3
  name[n, o] = $4 == "-" ? "" : $4
  arg[n, o] = $5 == "-" ? "" : $5
  optional[n, o] = $6 == "optional"
  values[n, o] = $7
  help[n, o] = $8
  use($7)
}

END {
  tool = path[1]
  id = tool
  gsub(/-/, "_", id)
  chain = commands > 1 && stops[1] # operations, each of which may be followed by the next
  runs = operands[1] == "@command"
  uses[chain ? "chain" : runs ? "runs" : commands > 1 ? "subcommands" : "alone"] = 1
  if (chain || runs) uses["reading"] = 1
  if (commands > 1) uses["names"] = 1
  if (("@state" in uses) || ("@job" in uses) || ("@zone" in uses) || ("@column" in uses)) uses["lines"] = 1
  for (n = 1; n <= commands; n++) settle(n)
  write()
}

# Parts of the engines are written only for the tools that use them.
function use(v) {
  sub(/\..*/, "", v)
  uses[v] = 1
}

function settle(n,    parts, forms_of, i, n_parts) {
  behind[n] = index(forms[path[n]], " -- COMMAND") > 0
  if (behind[n]) uses["behind"] = 1
  style[n] = "operand"
  if (operands[n] == "@command") style[n] = "command"
  if (commands > 1 && (n == 1 || chain)) style[n] = "names"
  if (behind[n] || style[n] == "command") uses["command"] = 1
  count[n] = 0
  if (!chain || n == 1) return
  # An operation takes a fixed number of operands: the words of its usage, less the options.
  forms_of = substr(forms[path[n]], 2)
  gsub(/\[[^]]*\]|\.\.\./, "", forms_of)
  n_parts = split(forms_of, parts, / \| /)
  count[n] = split(parts[1], operand_words, / +/)
  for (i = count[n]; i >= 1; i--)
    if (operand_words[i] == "") count[n]--
  for (i = 2; i <= n_parts; i++) {
    sub(/^ +/, "", parts[i])
    sub(/ .*/, "", parts[i])
    stand_in(n, parts[i])
  }
  if (operands[n] == "-" && parts[1] ~ /[a-z]\|[a-z]/) {
    operands[n] = parts[1]
    gsub(/\|/, " ", operands[n])
    sub(/^ +/, "", operands[n])
  }
}

# The option `spelt` is given instead of the first operand: remembered in all its spellings.
function stand_in(n, spelt,    o) {
  for (o = 1; o <= options[n]; o++)
    if (arg[n, o] != "" && (spelt == "-" letter[n, o] || spelt == "--" name[n, o]))
      instead[n] = instead[n] (instead[n] == "" ? "" : " ") spellings(n, o)
}

function spellings(n, o,    list) {
  if (letter[n, o] != "") list = "-" letter[n, o]
  if (name[n, o] != "") list = list (list == "" ? "" : " ") "--" name[n, o]
  return list
}

# The options of a command whose argument is a word of its own.
function separate(n,    o, list) {
  for (o = 1; o <= options[n]; o++)
    if (arg[n, o] != "" && !optional[n, o]) list = list " " spellings(n, o)
  return substr(list, 2)
}

# The names of subcommands or operations.
function names_of(    n, list) {
  for (n = 2; n <= commands; n++) list = list " " word[n]
  return substr(list, 2)
}

# Each of the characters in `which` gets a backslash (awks differ on backslashes in gsub).
function behind_backslash(s, which,    i, c, out) {
  for (i = 1; i <= length(s); i++) {
    c = substr(s, i, 1)
    out = out (index(which, c) ? "\\" : "") c
  }
  return out
}

# Copies the part of the engine that the line `#: PART` begins (up to the next of that kind), with
# the tool's name for TOOL and its identifier for ID. `#:` begins a part for every tool, `#: NAME`
# one for the tools that use NAME. The engine's head, up to the first of those lines, is left out.
function copy_engine(    line, wanted) {
  while ((getline line < engine) > 0) {
    if (line ~ /^ *#:/) {
      sub(/^ *#: */, "", line)
      wanted = line == "" || line in uses
    } else if (wanted) {
      gsub(/TOOL/, tool, line)
      gsub(/ID/, id, line)
      print line
    }
  }
  close(engine)
}
