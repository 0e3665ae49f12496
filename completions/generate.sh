#!/usr/bin/env bash
# generate.sh BIN OUT - writes the completions of every tool in BIN into OUT, from the tools' own
# option tables (`gf-NAME --gf-dump`; its rows are told in lib/base/cli.c).
set -eu -o pipefail
bin=${1:?directory of the tools}
out=${2:?directory of the completions}
here=$(dirname "$0")

rm -f "$out"/gf-*.bash "$out"/_gf-* "$out"/gf-*.fish
for tool in "$bin"/gf-*; do
  name=$(basename "$tool")
  dump=$("$tool" --gf-dump)
  awk -f "$here/generate.awk" -v shell=bash <<<"$dump" >"$out/$name.bash"
  awk -f "$here/generate.awk" -v shell=zsh <<<"$dump" >"$out/_$name"
  awk -f "$here/generate.awk" -v shell=fish <<<"$dump" >"$out/$name.fish"
done
