#!/usr/bin/env bash
# generate.sh BIN OUT - writes the completions of every tool in BIN into OUT, from the tools' own
# option tables: `gf-NAME --gf-dump` (lib/base/cli.c describes its rows) and the usage lines of --help.
#
# table.awk reads both. bash.awk, zsh.awk and fish.awk write what a shell has to know of one tool.
# engine.bash, engine.zsh and engine.fish are what every tool does with that.
set -eu -o pipefail
bin=${1:?directory of the tools}
out=${2:?directory of the completions}
here=$(dirname "$0")

# usage_rows TOOL DUMP: a row `usage COMMAND FORM` for each form of each command.
usage_rows() {
  awk -F '\t' '$1 == "command" { print $2 }' <<<"$2" | while read -r name sub; do
    "$1" ${sub:+"$sub"} --help </dev/null | awk -v command="$name${sub:+ $sub}" '
      !sub(/^(usage:|      ) /, "") { exit }
      index($0, command " ") == 1 { print "usage\t" command "\t" substr($0, length(command) + 2) }'
  done
}

# shell_file SHELL: standard input is the rows.
shell_file() {
  awk -v engine="$here/engine.$1" -f "$here/table.awk" -f "$here/$1.awk"
}

rm -f "$out"/gf-*.bash "$out"/_gf-* "$out"/gf-*.fish
for tool in "$bin"/gf-*; do
  name=$(basename "$tool")
  dump=$("$tool" --gf-dump)
  rows=$(usage_rows "$tool" "$dump" && printf '%s\n' "$dump")
  shell_file bash <<<"$rows" >"$out/$name.bash"
  shell_file zsh <<<"$rows" >"$out/_$name"
  shell_file fish <<<"$rows" >"$out/$name.fish"
done
