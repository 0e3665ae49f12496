#!/usr/bin/env bats
# stream_questions.bats - the questions of gf-stream(1) have the answers that stand in stream_questions.txt, and
# its words for those of awk, Miller and datamash print what these print.
# bats file_tags=plain

load helper

@test "each question of the page has its answer" {
  local page=$ROOT/man/gf-stream.1 number=0 question
  awk '/^\.Sh/ { inside = /QUESTIONS/ } inside && /^\.It "/ { print substr($0, 6, length($0) - 6) }' "$page" >asked
  grep '^? ' "$ROOT/tests/cli/stream_questions.txt" | cut -c 3- | diff - asked
  [ "$(wc -l <asked)" -ge 30 ]
  mkdir commands answers
  awk -v out=commands -v only='QUESTIONS AND ANSWERS' -f "$ROOT/tests/cli/examples.awk" "$page"
  awk '/^\? / { file = sprintf("answers/%02d", ++n); printf "" >file; next } file { print >file }' \
    "$ROOT/tests/cli/stream_questions.txt"
  while IFS= read -r question; do
    number=$((number + 1))
    printf -v file %02d "$number"
    [ "$(head -n 1 "commands/$file")" = 0 ]
    (cd "$ROOT/tests/cli/examples.d" && exec bash -c "$(tail -n +2 "$BATS_TEST_TMPDIR/commands/$file")") </dev/null >got
    diff "answers/$file" got || fails "$question"
  done <asked
  [ "$number" -eq "$(find commands -type f | wc -l)" ]
}

# The pairs of the list: a line each, with a tab between.
pairs() {
  awk '/^\.\\" pairs: from/ { inside = 1 } inside && /^\.El/ { exit }
    !inside { next }
    /^\.(It )?Li "/ { s = $0; sub(/^[^"]*"/, "", s); sub(/"$/, "", s)
      gsub(/\\\(aq/, "\047", s); gsub(/\\\(dq/, "\"", s); gsub(/\\\(ti/, "~", s); gsub(/\\\(ha/, "^", s)
      gsub(/\\-/, "-", s); gsub(/\\e/, "\\", s)
      printf "%s%s", s, /^\.It/ ? "\t" : "\n" }' "$ROOT/man/gf-stream.1"
}

@test "the words for those of awk, Miller and datamash print the same" {
  local theirs ours file n=0
  cp "$ROOT"/tests/cli/examples.d/*.csv .
  printf '%s\n' 'ann 3 x' 'bob 12 y' 'ann 5 x' 'cat 1 y' 'abe 7 x' >t
  sort -s -k 1,1 t >s
  printf '%s\n' 'ann Oslo' 'cat Rome' >u
  printf '%s\n' id,note 1,a 2, 3,b >notes.csv
  pairs >rows
  [ "$(wc -l <rows)" -ge 30 ]
  while IFS=$'\t' read -r theirs ours; do
    n=$((n + 1))
    file=t
    if [[ $theirs =~ [a-z]+\.csv ]]; then file=${BASH_REMATCH[0]}; fi
    # datamash has groups of neighbours only, in the order of the input.
    if [[ $theirs == datamash* ]]; then cp s t; fi
    bash -c "gf-stream --from $file $ours" >got || fails "$ours"
    case $theirs in
      xsv*) continue ;; # what no package has is only seen to run
      datamash*crosstab*) sed 's/^1 /\t/; 2,$s/ 0/ N\/A/g; s/ /\t/g' got >same && mv same got ;;
      datamash*) tr '\t' ' ' <got >same && mv same got ;;
    esac
    bash -c "$theirs" >want || fails "$theirs"
    if [[ $theirs == datamash* && $theirs != *crosstab* ]]; then tr '\t' ' ' <want >same && mv same want; fi
    # Miller has the columns of reshape in another order, and calls some otherwise.
    if [[ $theirs == *reshape* ]]; then
      for file in got want; do gf-stream --csv -o $file --from $file transpose sort; done
    fi
    if [[ $theirs == mlr*stats1* || $theirs == mlr*step* ]]; then sed -i 1d got want; fi
    cmp -s want got || fails "$theirs: $ours"$'\n'"$(diff want got)"
  done <rows
  [ "$n" -ge 30 ]
}
