#!/usr/bin/env bats
# completions.bats - what is committed is what the option tables give, and the shells complete by it.
# bats file_tags=plain

load helper

@test "the committed completions are fresh (make completions)" {
  mkdir made
  "$ROOT/completions/generate.sh" "$GF_BIN" made
  mkdir committed
  cp "$ROOT"/completions/*gf-* committed
  diff -r committed made
}

@test "each shell can read its completions" {
  for file in "$ROOT"/completions/*.bash; do bash -n "$file" || fails "$file"; done
  for file in "$ROOT"/completions/_gf-*; do zsh -n "$file" || fails "$file"; done
  for file in "$ROOT"/completions/*.fish; do fish -n "$file" || fails "$file"; done
}

# words_of PATTERN FILE: the options that the pattern finds in the file, without what leads to them.
words_of() { grep -oE -e "$1[a-z0-9][a-z0-9-]+" "$2" | sed -E "s/$1//" | sort -u; }

@test "every option of --help is in all three" {
  for tool in "$GF_BIN"/gf-*; do
    name=${tool##*/}
    "$tool" --help | grep -E '^ +(-., )?--[a-z0-9-]+' >help
    words_of '^ +(-., )?--' help >options
    words_of '--' "$ROOT/completions/$name.bash" >bash
    words_of '--' "$ROOT/completions/_$name" >zsh
    words_of '-l ' "$ROOT/completions/$name.fish" >fish
    for shell in bash zsh fish; do
      [ -z "$(comm -23 options $shell)" ] || fails "$shell lacks of $name: $(comm -23 options $shell)"
    done
  done
}

@test "rows of a kind that the generator does not know are ignored" {
  {
    printf 'command\tgf-x\tTest.\t@file\t-\n'
    printf 'group\tgf-x\tNumbers\n'
    printf 'option\tgf-x\tj\tjobs\tN\t-\t-\thow many\n'
  } >rows
  for shell in bash zsh fish; do
    made() { awk -v engine="$ROOT/completions/engine.$shell" -f "$ROOT/completions/table.awk" -f "$ROOT/completions/$shell.awk"; }
    made <rows >with
    grep -v '^group' rows | made >without
    cmp with without
    grep -q jobs with
  done
}

@test "the completions know how many operands an operation takes" {
  # shellcheck source=/dev/null
  . "$ROOT/completions/gf-stream.bash"
  local names='' count=0
  _gf_stream_table gf-stream
  [ "$(wc -w <<<"$names")" -ge 40 ]
  for operation in $names; do
    _gf_stream_table "$operation"
    wanted=$("$GF_BIN/gf-stream" --explain "$operation" 2>&1 | sed -n "s/.*'$operation' needs \([0-9]\) operand.*/\1/p")
    [ "$count" = "${wanted:-0}" ] || fails "$operation: $count operands, not ${wanted:-0}"
  done
}

# ---- what is completed -------------------------------------------------------------------------

# States of three tools, a job that ran, a few files, and the command pear.
things() {
  mkdir -p bin home
  printf '#!/bin/sh\n' >bin/pear
  chmod +x bin/pear
  gf-sem -j 1 -S database -- true
  gf-sem -j 1 -S 'two words' -- true
  echo x | gf-ratelimit -S crawler 1000/s >passed
  gf-cron run -q -S nightly -e @start -- true
  gf-cron run -q -S ./cronfile -e @start -- true
  touch access.log 'old log' b:c.txt
  printf 'user,bytes,$(touch ran)\n1,2,3\n' >t.csv
}

# What every shell has to do: what is typed in front of <Tab>, and the line after it. The shells know
# that pear takes the option --alpha.
rows() {
  cat <<'END'
gf-pool --keep- => gf-pool --keep-order
gf-pool -j 8 --keep- => gf-pool -j 8 --keep-order
gf-pool --jobs=8 --keep- => gf-pool --jobs=8 --keep-order
gf-pool -s 'a; b' --keep- => gf-pool -s 'a; b' --keep-order
gf-pool -kj 8 --keep- => gf-pool -kj 8 --keep-order
gf-pool --ci=git => gf-pool --ci=git
gf-pool --ci=gith => gf-pool --ci=github
gf-pool --color=al => gf-pool --color=always
gf-ratelimit --stats=j => gf-ratelimit --stats=json
gf-ratelimit --format j => gf-ratelimit --format json
gf-pool -a acc => gf-pool -a access.log
gf-pool -a old => gf-pool -a old\ log
gf-ratelimit 10/s acc => gf-ratelimit 10/s access.log

gf-pool pea => gf-pool pear
gf-pool -j8 pear --al => gf-pool -j8 pear --alpha
gf-pool --jobs=8 -- pear --al => gf-pool --jobs=8 -- pear --alpha
gf-pool pear --keep- => gf-pool pear --keep-
gf-sem -j 2 -S database pear --al => gf-sem -j 2 -S database pear --alpha
gf-ratelimit -S crawler 5/s -- pea => gf-ratelimit -S crawler 5/s -- pear
gf-ratelimit -S crawler 5/s -- pear --al => gf-ratelimit -S crawler 5/s -- pear --alpha
gf-ratelimit -S crawler 5/s pea => gf-ratelimit -S crawler 5/s pea
gf-sem -j 2 gf-stream filter x so => gf-sem -j 2 gf-stream filter x sort
gf-cron once @daily -- pear --al => gf-cron once @daily -- pear --alpha
gf-cron run -e @start -- pear --al => gf-cron run -e @start -- pear --alpha

gf-stream filt => gf-stream filter
gf-stream filter x so => gf-stream filter x sort
gf-stream filter so => gf-stream filter so
gf-stream filter -e x so => gf-stream filter -e x sort
gf-stream filter -iex so => gf-stream filter -iex sort
gf-stream filter --pattern=x so => gf-stream filter --pattern=x sort
gf-stream filter -e x filter so => gf-stream filter -e x filter so
gf-stream -d : skip -3 so => gf-stream -d : skip -3 sort
gf-stream where 1 -gt 5 so => gf-stream where 1 -gt 5 sort
gf-stream map s/a=b/c:d/ so => gf-stream map s/a=b/c:d/ sort
gf-stream upper then so => gf-stream upper then sort
gf-stream sort --rev => gf-stream sort --reverse
gf-stream filter x sort --rev => gf-stream filter x sort --reverse
gf-stream filter --rev => gf-stream filter --rev
gf-stream filter x --ign => gf-stream filter x --ign
gf-stream sort --expl => gf-stream sort --expl
gf-stream reduce con => gf-stream reduce concat
gf-stream --from acc => gf-stream --from access.log
gf-stream --from b:c.t => gf-stream --from b:c.txt
gf-stream except acc => gf-stream except access.log
gf-stream peek acc => gf-stream peek access.log
gf-stream peek access.log so => gf-stream peek access.log sort
gf-stream --csv --header --from t.csv fields us => gf-stream --csv --header --from t.csv fields user
gf-stream --csv --header --from t.csv fields user,by => gf-stream --csv --header --from t.csv fields user,bytes
gf-stream --csv --header --from=t.csv sort -f by => gf-stream --csv --header --from=t.csv sort -f bytes
gf-stream --header -d , --from t.csv sum --field=by => gf-stream --header -d , --from t.csv sum --field=bytes
gf-stream --csv --header --from t.csv group user sum:by => gf-stream --csv --header --from t.csv group user sum:bytes
gf-stream --csv --from t.csv fields us => gf-stream --csv --from t.csv fields us
gf-stream bucket --zone Asia/Tok => gf-stream bucket --zone Asia/Tokyo

gf-sem -S data => gf-sem -S database
gf-sem --state=data => gf-sem --state=database
gf-sem -Sdata => gf-sem -Sdatabase
gf-sem -S two => gf-sem -S two\ words
gf-sem -S craw => gf-sem -S craw
gf-ratelimit -S craw => gf-ratelimit -S crawler
gf-cron status -S ni => gf-cron status -S nightly
gf-cron status -S ./cronf => gf-cron status -S ./cronfile

gf-cron histo => gf-cron history
gf-cron history --fai => gf-cron history --failed
gf-cron check acc => gf-cron check access.log
gf-cron trigger -S nightly jo => gf-cron trigger -S nightly job
gf-cron pause --state=./cronfile jo => gf-cron pause --state=./cronfile job
gf-cron history -S nightly --job jo => gf-cron history -S nightly --job job
gf-cron resume jo => gf-cron resume jo
gf-cron next --tz Asia/Tok => gf-cron next --tz Asia/Tokyo
gf-cron next --tz=Asia/Tok => gf-cron next --tz=Asia/Tokyo
END
}

# The same without XDG_STATE_HOME, and where the zones have an older list.
other_rows() {
  cat <<'END'
gf-sem -S data => gf-sem -S database
gf-cron status -S ni => gf-cron status -S nightly
gf-cron next --tz Asia/Else => gf-cron next --tz Asia/Elsewhere
END
}

other_places() {
  unset XDG_STATE_HOME
  export HOME=$PWD/home TZDIR=$PWD/zones
  things
  mkdir zones
  printf '# a comment\nXX\t+0000+00000\tAsia/Elsewhere\n' >zones/zone1970.tab
}

# steps: what to type for the rows. Control-X Control-L shows the line between < and >, Control-U
# empties it.
steps() {
  echo 'wait ready> '
  while IFS= read -r row; do
    [ -n "$row" ] || continue
    printf 'type %s\t\030\014\nwait <%s>\ntype \025\n' "${row%% => *}" "${row##* => }"
  done
}

# shows: the steps that type $1 and <Tab>, and wait for $2 on the screen.
shows() {
  printf 'type %s\t\nwait %s\ntype \025\n' "$1" "$2"
}

# types SHELL ARG...: at that shell, types the steps of standard input.
types() {
  local kept=(PATH="$PWD/bin:$PATH" HOME="$PWD/home" LC_ALL=C TERM=xterm ROOT="$ROOT")
  [ -z "${XDG_STATE_HOME-}" ] || kept+=(XDG_STATE_HOME="$XDG_STATE_HOME")
  [ -z "${TZDIR-}" ] || kept+=(TZDIR="$TZDIR")
  "$GF_AID/typist" 60 env -i "${kept[@]}" "$@" >screen || fails "the end of the screen: $(tail -n 4 screen | cat -v)"
  [ ! -e ran ] || fails 'the name of a column was run'
}

# ---- bash --------------------------------------------------------------------------------------

# bash_types COMMAND...: bash runs the commands before it reads the completions.
bash_types() {
  cat >bashrc <<'END'
PS1='ready> '
bind 'set bell-style none'
bind 'set enable-bracketed-paste off'
bind 'set show-all-if-ambiguous on'
bind 'set completion-query-items 0'
bind 'set page-completions off'
bind -x '"\C-x\C-l": printf "<%s>\n" "${READLINE_LINE% }"'
complete -W --alpha pear
END
  printf '%s\n' "$@" >>bashrc
  echo 'for file in "$ROOT"/completions/*.bash; do . "$file"; done' >>bashrc
  types bash --noprofile --rcfile bashrc -i
}

@test "bash completes lines, with bash-completion" {
  things
  rows | steps >script
  bash_types ". /usr/share/bash-completion/bash_completion" <script
}

@test "bash completes lines, without bash-completion" {
  things
  {
    rows | grep -v -e --alpha -e 'gf-sem -j 2 gf-stream'
    echo 'gf-pool -k ls acc => gf-pool -k ls access.log'
    echo 'gf-ratelimit 5/s -- cat acc => gf-ratelimit 5/s -- cat access.log'
    echo 'gf-pool --joblog +acc => gf-pool --joblog +access.log'
  } | steps >script
  bash_types <script
}

@test "bash completes lines that it does not cut at = and :" {
  things
  rows | grep -e '=[a-z.A-Z]' -e b:c | steps >script
  bash_types 'COMP_WORDBREAKS=${COMP_WORDBREAKS//[=:]/}' <script
}

@test "bash completes states below the home directory, and zones of an older list" {
  other_places
  other_rows | steps >script
  bash_types <script
}

# ---- zsh ---------------------------------------------------------------------------------------

zsh_types() {
  cat >home/.zshrc <<'END'
PS1='ready> '
fpath=("$ROOT/completions" $fpath)
autoload -Uz compinit
compinit -u -D
compdef '_arguments --alpha' pear
show_line() { print -r -- "<${BUFFER% }>" }
zle -N show_line
bindkey '^X^L' show_line
bindkey '^U' kill-whole-line
END
  types zsh -d -i
}

@test "zsh completes lines, and says what operations do" {
  things
  {
    rows | steps
    shows 'gf-stream fi' 'keep the records that match'
    shows 'gf-stream filter x fi' 'keep the records that match'
    shows 'gf-cron e' 'print a schedule in words'
  } >script
  zsh_types <script
}

@test "zsh completes states below the home directory, and zones of an older list" {
  other_places
  other_rows | steps >script
  zsh_types <script
}

# ---- fish --------------------------------------------------------------------------------------

fish_types() {
  cat >rc.fish <<'END'
set fish_greeting
function fish_prompt; echo 'ready> '; end
function show_line; echo "<"(string replace -r ' $' '' -- (commandline))">"; end
bind \cx\cl show_line
bind \cu 'commandline ""'
complete -c pear -l alpha
for file in $ROOT/completions/*.fish; source $file; end
END
  types fish -N -i -C 'source rc.fish'
}

@test "fish completes lines, and says what operations do" {
  things
  {
    rows | steps
    shows 'gf-stream fi' 'keep the records that match'
    shows 'gf-stream filter x fi' 'keep the records that match'
    shows 'gf-cron e' 'print a schedule in words'
  } >script
  fish_types <script
}

@test "fish completes states below the home directory, and zones of an older list" {
  other_places
  other_rows | steps >script
  fish_types <script
}
