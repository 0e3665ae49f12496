# generate.awk - one tool's dump in, its completion for bash, zsh or fish out (-v shell=...).
#
# Commands are numbered as they come: 1 is the tool, the others are its subcommands. What an option
# or operand takes is `@file`, `@dir`, `@command`, words with blanks between, or `-` for what nobody
# can guess.

BEGIN { FS = "\t" }

$1 == "command" {
  n = ++commands
  number[$2] = n
  path[n] = $2
  summary[n] = $3
  operands[n] = $4
  runs[n] = $4 == "@command" && $5 == "stop" # options end where the command begins
  word[n] = $2
  sub(/^.* /, "", word[n])
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
}

END {
  if (shell == "bash") bash()
  else if (shell == "zsh") zsh()
  else fish()
}

# Each of the characters in `which` gets a backslash (awks differ on backslashes in gsub).
function behind_backslash(s, which,    i, c, out) {
  for (i = 1; i <= length(s); i++) {
    c = substr(s, i, 1)
    out = out (index(which, c) ? "\\" : "") c
  }
  return out
}

# The options of a command whose argument may be a word of its own, with `sep` between.
function separate(n, sep,    o, list) {
  for (o = 1; o <= options[n]; o++) {
    if (arg[n, o] == "" || optional[n, o]) continue
    if (letter[n, o] != "") list = list sep "-" letter[n, o]
    if (name[n, o] != "") list = list sep "--" name[n, o]
  }
  return substr(list, length(sep) + 1)
}

# ---- bash ----------------------------------------------------------------------------------------

function bash_options(n,    o, list) {
  for (o = 1; o <= options[n]; o++) {
    if (letter[n, o] != "") list = list " -" letter[n, o]
    if (name[n, o] != "") list = list " --" name[n, o]
  }
  return substr(list, 2)
}

function bash_arguments(n,    o, pattern) {
  for (o = 1; o <= options[n]; o++) {
    if (arg[n, o] == "") continue
    pattern = ""
    if (letter[n, o] != "" && !optional[n, o]) pattern = "-" letter[n, o]
    if (name[n, o] != "")
      pattern = pattern (pattern == "" ? "" : " | ") (optional[n, o] ? "" : "--" name[n, o] " | ") "--" name[n, o] "="
    printf "        %s) takes='%s' ;;\n", pattern, values[n, o]
  }
}

function bash(    n, f) {
  f = "_" path[1]
  gsub(/-/, "_", f)
  print "# " path[1] ".bash - made by `make completions` from the option table; do not edit."
  print f "() {"
  print "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} eq= takes= list= rest= i="
  print "  if [ \"$cur\" = = ]; then"
  print "    cur= eq=="
  print "  elif [ \"$prev\" = = ]; then"
  print "    prev=${COMP_WORDS[COMP_CWORD - 2]} eq=="
  print "  fi"
  print "  case $COMP_CWORD:${COMP_WORDS[1]} in"
  for (n = 2; n <= commands; n++) {
    printf "    [2-9]*:%s | 1[0-9]*:%s)\n", word[n], word[n]
    bash_body(n)
    print "      ;;"
  }
  print "    *)"
  bash_body(1)
  print "      ;;"
  print "  esac"
  print "  [ -n \"$takes\" ] || case $cur in"
  print "    -*) takes=$list ;;"
  print "    *) takes=$rest ;;"
  print "  esac"
  print "  case $takes in"
  print "    -) COMPREPLY=() ;;"
  print "    @file)"
  print "      mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")"
  print "      [[ ${#COMPREPLY[@]} -gt 0 || $cur != +* ]] || mapfile -t COMPREPLY < <(compgen -P + -f -- \"${cur#+}\")"
  print "      compopt -o filenames 2>/dev/null"
  print "      ;;"
  print "    @dir) mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); compopt -o filenames 2>/dev/null ;;"
  print "    @command) mapfile -t COMPREPLY < <(compgen -c -f -- \"$cur\") ;;"
  print "    *) mapfile -t COMPREPLY < <(compgen -W \"$takes\" -- \"$cur\") ;;"
  print "  esac"
  print "}"
  print "complete -F " f " " path[1]
}

# Behind the tool's options stands a command: what is left of the line is completed as its own.
function bash_command(n) {
  print "      i=" (n == 1 ? 1 : 2)
  print "      while [ \"$i\" -lt \"$COMP_CWORD\" ]; do"
  print "        case ${COMP_WORDS[i]} in"
  print "          --) i=$((i + 1)) && break ;;"
  printf "          %s) [ \"${COMP_WORDS[i + 1]}\" = = ] || i=$((i + 1)) ;;\n", separate(n, " | ")
  print "          -*) ;;"
  print "          *) break ;;"
  print "        esac"
  print "        i=$((i + 1))"
  print "        [ \"${COMP_WORDS[i]}\" != = ] || i=$((i + 2))"
  print "      done"
  print "      if [ \"$i\" -lt \"$COMP_CWORD\" ]; then"
  print "        if declare -F _command_offset >/dev/null; then"
  print "          _command_offset \"$i\""
  print "        else"
  print "          mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")"
  print "        fi"
  print "        return"
  print "      fi"
}

function bash_body(n,    i, words) {
  if (runs[n]) bash_command(n)
  print "      case $prev$eq in"
  bash_arguments(n)
  print "        *) ;;"
  print "      esac"
  printf "      list='%s'\n", bash_options(n)
  if (n == 1 && commands > 1) {
    for (i = 2; i <= commands; i++) words = words " " word[i]
    printf "      rest='%s'\n", substr(words, 2)
  } else
    printf "      rest='%s'\n", operands[n]
}

# ---- zsh -----------------------------------------------------------------------------------------

function zsh_text(s) {
  s = behind_backslash(s, "[]:\\")
  gsub(/'/, "'\\''", s)
  return s
}

function zsh_action(v) {
  if (v == "-") return " "
  if (v == "@file") return "_files"
  if (v == "@dir") return "_files -/"
  if (v == "@command") return "_command_names -e"
  return "(" v ")"
}

function zsh_option(n, o,    both, text, long, short) {
  both = letter[n, o] != "" && name[n, o] != ""
  text = "[" zsh_text(help[n, o]) "]"
  short = "-" letter[n, o]
  long = "--" name[n, o]
  if (arg[n, o] != "") {
    short = short "+"
    long = long (optional[n, o] ? "=-" : "=")
    text = text (optional[n, o] ? "::" : ":") zsh_text(arg[n, o]) ":" zsh_action(values[n, o])
  }
  if (both && optional[n, o]) {
    printf " \\\n    '-%s[%s]' \\\n    '%s%s'", letter[n, o], zsh_text(help[n, o]), long, text
  } else if (both)
    printf " \\\n    '(-%s --%s)'{%s,%s}'%s'", letter[n, o], name[n, o], short, long, text
  else
    printf " \\\n    '%s%s'", letter[n, o] != "" ? short : long, text
}

function zsh_arguments(n,    o) {
  printf "  _arguments -s -S"
  for (o = 1; o <= options[n]; o++) zsh_option(n, o)
  if (runs[n])
    printf " \\\n    '(-)1:command:_command_names -e' \\\n    '*::argument: _normal'"
  else if (operands[n] != "-")
    printf " \\\n    '*:operand:%s'", zsh_action(operands[n])
  print ""
}

function zsh(    n) {
  print "#compdef " path[1]
  print "# Made by `make completions` from the option table; do not edit."
  if (commands > 1) {
    print "if (( CURRENT > 2 )); then"
    print "  case $words[2] in"
    for (n = 2; n <= commands; n++) {
      printf "  %s)\n  shift words; (( CURRENT-- ))\n", word[n]
      zsh_arguments(n)
      print "  return ;;"
    }
    print "  esac"
    print "elif [[ $words[2] != -* ]]; then"
    print "  local -a commands=("
    for (n = 2; n <= commands; n++) printf "    '%s:%s'\n", word[n], zsh_text(summary[n])
    print "  )"
    print "  _describe command commands"
    print "  return"
    print "fi"
  }
  zsh_arguments(1)
}

# ---- fish ----------------------------------------------------------------------------------------

function fish_text(s) {
  return "'" behind_backslash(s, "\\'") "'"
}

function fish_option(n, o, condition,    line) {
  line = "complete -c " path[1] condition
  if (letter[n, o] != "") line = line " -s " letter[n, o]
  if (name[n, o] != "") line = line " -l " name[n, o]
  if (arg[n, o] != "") {
    if (values[n, o] == "@file") line = line " -r -F"
    else if (values[n, o] == "@dir") line = line " -x -a '(__fish_complete_directories)'"
    else if (values[n, o] == "@command") line = line " -x -a '(__fish_complete_command)'"
    else if (values[n, o] == "-") line = line (optional[n, o] ? "" : " -x")
    else line = line (optional[n, o] ? " -a " : " -x -a ") fish_text(values[n, o])
  }
  print line " -d " fish_text(help[n, o])
}

function fish_operands(n, condition,    line) {
  line = "complete -c " path[1] condition
  if (operands[n] == "@file") return
  if (operands[n] == "@command") print line " -x -a '(__fish_complete_subcommand)'"
  else if (operands[n] == "-") print line " -f"
  else print line " -f -a " fish_text(operands[n])
}

# True until the command's first word: from there on the options are not ours.
function fish_before_command(f) {
  print "function " f
  print "    set -l words (commandline -opc)"
  print "    set -e words[1]"
  print "    while set -q words[1]"
  print "        switch $words[1]"
  print "            case --"
  print "                return 1"
  print "            case " separate(1, " ")
  print "                set -q words[2]; and set -e words[1]"
  print "            case '-*'"
  print "            case '*'"
  print "                return 1"
  print "        end"
  print "        set -e words[1]"
  print "    end"
  print "end"
}

function fish(    n, o, condition, before) {
  print "# " path[1] ".fish - made by `make completions` from the option table; do not edit."
  if (runs[1]) {
    before = "__" path[1] "_before_command"
    gsub(/-/, "_", before)
    fish_before_command(before)
  }
  for (n = 1; n <= commands; n++) {
    condition = before == "" ? "" : " -n " before
    if (n > 1) {
      condition = " -n '__fish_seen_subcommand_from " word[n] "'"
      printf "complete -c %s -n __fish_use_subcommand -f -a %s -d %s\n", path[1], word[n],
        fish_text(summary[n])
    } else if (commands > 1)
      condition = " -n __fish_use_subcommand"
    for (o = 1; o <= options[n]; o++) fish_option(n, o, condition)
    if (n > 1 || commands == 1) fish_operands(n, condition)
  }
}
