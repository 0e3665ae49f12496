#!/usr/bin/env bats
# completions.bats - what is committed is what the option tables give, and the shells can read it.
# bats file_tags=plain

load helper

@test "the committed completions are fresh (make completions)" {
  mkdir made
  "$ROOT/completions/generate.sh" "$GF_BIN" made
  mkdir committed
  cp "$ROOT"/completions/*gf-* committed
  diff -r committed made
}

@test "bash reads its completions" {
  for file in "$ROOT"/completions/*.bash; do bash -n "$file" || fails "$file"; done
}

@test "zsh reads its completions" {
  for file in "$ROOT"/completions/_gf-*; do zsh -n "$file" || fails "$file"; done
}

@test "fish reads its completions" {
  for file in "$ROOT"/completions/*.fish; do fish -n "$file" || fails "$file"; done
}

@test "every option of --help is in all three" {
  for tool in "$GF_BIN"/gf-*; do
    name=${tool##*/}
    for option in $("$tool" --help | grep -oE '^ +(-., )?--[a-z0-9-]+' | grep -oE '[a-z0-9][a-z0-9-]+$'); do
      grep -qe "--$option\b" "$ROOT/completions/$name.bash" || fails "$name.bash lacks --$option"
      grep -qe "--$option\b" "$ROOT/completions/_$name" || fails "_$name lacks --$option"
      grep -qe "-l $option\b" "$ROOT/completions/$name.fish" || fails "$name.fish lacks --$option"
    done
  done
}

# bash_offers WORD...: what bash would offer for the last of the words.
bash_offers() {
  bash -c '. "$1/completions/$2.bash"; shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    "_${1//-/_}" 2>/dev/null
    printf "%s\n" "${COMPREPLY[@]}"' - "$ROOT" "$@"
}

@test "bash offers options and nothing else behind dashes" {
  for tool in "$GF_BIN"/gf-*; do
    name=${tool##*/}
    [ "$(bash_offers "$name" --vers)" = --version ] || fails "$name: $(bash_offers "$name" --vers)"
  done
}

@test "bash offers the words that an option takes" {
  [ "$(bash_offers gf-ratelimit --stats = j)" = json ]
}

@test "bash offers file names where files belong" {
  touch 'two words'
  [ "$(bash_offers gf-ratelimit --stats-file tw)" = 'two words' ]
}

@test "bash offers a log to append to" {
  touch run.tsv
  [ "$(bash_offers gf-pool --joblog +ru)" = +run.tsv ]
}

@test "bash takes no option of the command for one of ours" {
  [ -z "$(bash_offers gf-pool -j 8 --rate = 10/s curl --keep)" ]
  [ -z "$(bash_offers gf-pool -k -- curl --keep)" ]
  [ "$(bash_offers gf-pool --jobs = 8 --keep)" = --keep-order ]
  [ "$(bash_offers gf-pool -j 8 --keep)" = --keep-order ]
  touch 'a file'
  [ "$(bash_offers gf-pool -k ls a)" = 'a file' ]
}

# fish_offers TOOL LINE: what fish would offer at the end of the line.
fish_offers() {
  fish -N -c 'source $argv[1]; complete -C $argv[2]' "$ROOT/completions/$1.fish" "$2" | cut -f 1
}

@test "fish takes no option of the command for one of ours" {
  [ -z "$(fish_offers gf-pool 'gf-pool -j 8 curl --keep')" ]
  [ "$(fish_offers gf-pool 'gf-pool -j 8 --keep')" = --keep-order ]
}

@test "fish offers options and the words they take" {
  [ "$(fish_offers gf-ratelimit 'gf-ratelimit --vers')" = --version ]
  [ "$(fish_offers gf-ratelimit 'gf-ratelimit --stats=j')" = --stats=json ]
}
