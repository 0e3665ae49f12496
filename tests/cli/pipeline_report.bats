#!/usr/bin/env bats
# gf-pipeline --report: the page about a run.

load helper

# total NAME: its value on the page.
total() { grep -o "<dt>$1</dt><dd>[^<]*</dd></div><\|<dt>$1</dt><dd>[^<]*</dd></div>\$" r.html | sed 's/.*<dd>\([^<]*\).*/\1/' | head -n1; }

# stage NAME: the lines of its box, one a tag.
stage() { sed -n '/<ol class="stages">/,/<\/ol>/p' r.html | grep "<h3 [^>]*>$1</h3>" | sed 's/></>\n</g'; }

# of NAME KEY: a number in the box of that stage.
of() { stage "$1" | sed -n "/<dt>$2<\/dt>/{n;s/<dd>\([^<]*\).*/\1/p;}"; }

# row NAME: its cells in the table of dead letters.
row() { sed -n "s/.*<th scope=\"row\"[^>]*>$1<\/th>//p" r.html | sed 's/<td>//g; s/<\/td>/ /g; s/ *<\/tr>//'; }

# A command for each: refuses 3, fails with 5, is killed with 7, else answers.
# shellcheck disable=SC2016 # it is the child that expands
picky='read -r x; case $x in 3) exit 9 ;; 5) echo "no such user" >&2; exit 4 ;; 7) kill -KILL $$ ;; esac; echo "$x"'

@test "report: totals, a box for each stage, dead letters by stage and reason, what failed" {
  seq 10 | run -123 gf-pipeline -q --report r.html --stage first -- cat ::: --stage picky --mode each -j2 --retries 1 \
    --retry-delay 1ms --reject-status 9 -- sh -c "$picky" ::: --stage last --mode batch=4,10ms -- cat
  grep -q '<h1>gf-pipeline: 3 of 10 records are dead letters</h1>' r.html
  [ "$(total 'records in') $(total out) $(total dead) $(total dropped) $(total 'attempts retried')" = '10 7 3 0 2' ] ||
    fails "$(grep '<dt>' r.html)"
  [ "$(grep -c '<li><div class="flow">' r.html) $(grep -o 'class="flow"' r.html | wc -l)" = '3 4' ]
  [ "$(of first in) $(of first out) $(of first dead)" = '10 10 0' ]
  [ "$(of picky in) $(of picky out) $(of picky dead) $(of picky retried)" = '10 7 3 2' ] || fails "$(stage picky)"
  [ "$(of last in) $(of last out) $(of last dead)" = '7 7 0' ]
  stage first | grep -qx '<p>map, 1 process</p>'
  stage picky | grep -qx '<p>each, 2 processes</p>'
  stage last | grep -qx '<p>batch of 4, 1 process</p>'
  stage picky | grep -q '^<code title="sh -c '
  for name in first picky last; do
    [[ $(of $name 'service p50') =~ ^[0-9.]+[mun]?s$ ]] || fails "$name: $(of $name 'service p50')"
    [[ $(of $name 'service p99') =~ ^[0-9.]+[mun]?s$ ]]
    stage $name | grep -Eqx '<p>busy [0-9]+ %</p>'
  done
  grep -q '<th>Stage</th><th>all</th><th>exit</th><th>signal</th><th>reject</th></tr>' r.html
  [ "$(row picky)" = '3 1 1 1' ] || fails "$(row picky)"
  [ "$(row first)$(row last)" = '' ]
  [ "$(grep -c '<tr><td' r.html)" = 3 ]
  grep -q '<td class="n">3</td><td class="n">refused after [^<]*<div title="picky">picky</div></td><td><code>3</code>' r.html
  grep -q '<td class="n">5</td><td class="n">exit status 4 after [^<]*<br>attempt 2<div .*<code>5</code><pre>no such user$' r.html
  grep -q '<td class="n">7</td><td class="n">signal 9 after ' r.html
  [ "$(stat -c %a r.html)" = 600 ]
}

@test "report: the stage that the others wait for is marked, and said in words" {
  seq 20 | gf-pipeline --report r.html --stage quick -- cat ::: --stage slow --mode each -- sh -c 'sleep 0.05; cat' >out
  grep -q "<p class=\"said\">stage 'slow' is the bottleneck: busy [0-9]*% of the time</p>" r.html
  stage slow | grep -qx '<div class="stage slowest">'
  [ "$(grep -c 'class="stage slowest"' r.html)" = 1 ]
  seq 20 | gf-pipeline --report r.html --stage quick -- cat ::: --stage copy --mode filter -- sh -c 'sleep 0.3; cat' >out
  grep -q '<p class="said">no stage with times is the bottleneck, a filter, ' r.html
  ! grep -q 'class="stage slowest"' r.html || fails 'one is marked'
}

@test "report: a filter is counted, has no times of records and no busy share" {
  seq 10 | gf-pipeline --report r.html --stage some --mode filter -- grep -v 5 ::: --stage more --mode filter -- sed p >out
  [ "$(of some in) $(of some out) $(of more in) $(of more out)" = '10 9 9 18' ] || fails "$(stage some; stage more)"
  stage some | grep -qx '<p>filter, 1 process</p>'
  ! stage some | grep -q 'busy' || fails 'it is busy'
  ! grep -q 'class="hist"' r.html || fails 'columns of nothing'
}

@test "report: how long records took is a card for each stage, with the same axis" {
  seq 50 | gf-pipeline --report r.html --stage a -- cat ::: --stage b --mode each -- sh -c 'sleep 0.02; cat' >out
  [ "$(grep -c '<div class="hist">' r.html)" = 2 ]
  [ "$(grep -o '<div class="axis">.*</div><p' r.html | sort -u | wc -l)" = 1 ]
  [ "$(grep '<h3 title="b">b</h3><div class="cols"' r.html | grep -o '&#10;service: [0-9]*' | awk '{ n += $2 } END { print n }')" = 50 ]
  [ "$(grep '<h3 title="b">b</h3><div class="cols"' r.html | grep -o 'waiting: [0-9]*"' | tr -dc '0-9\n' | awk '{ n += $1 } END { print n }')" = 50 ]
  # They waited for one another, so both times are not the same.
  times=$(grep '<h3 title="b">b</h3><div class="cols"' r.html | sed 's/.*<p class="key">//; s/<[^>]*>/\n/g' | grep 'p50')
  [ "$(wc -l <<<"$times") $(sed 's/^[a-z]* //' <<<"$times" | sort -u | wc -l)" = '2 2' ] || fails "$times"
}

@test "report: what records, stages and commands say is text, whatever its bytes" {
  evil=$'<b>&\xe2\x80\xae"\'' # of the right bytes, and with a mark that turns the direction
  printf '<script>x</script>\xff\033[2J\xe2\x80\xae\n' |
    run -123 gf-pipeline -q --report r.html --stage "$evil" --mode each -- sh -c 'cat >&2; exit 1' "$evil"
  ! grep -q '<script\|<b>[^<]' r.html || fails 'it is markup'
  [ "$(LC_ALL=C grep -c $'\033\|\377\|\xe2\x80\xae' r.html)" = 0 ]
  iconv -f UTF-8 -t UTF-8 r.html >/dev/null
  grep -qF '<h3 title="&lt;b&gt;&amp;\u202e&quot;' r.html
  # What was asked can be pasted into a shell.
  printf 'x\n' | gf-pipeline --report r.html --stage "it's <a>" --mode each -- sh -c 'echo "$0"' "a'b  c" >first
  sed -n 's/.*<pre class="line">\(.*\)<\/pre>.*/\1/p' r.html | sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g' >again
  printf 'x\n' | bash again | diff first -
  [ "$(cat first)" = "a'b  c" ]
}

@test "report: a name that is long is cut, and twenty stages are twenty boxes" {
  long=$(printf 'x%.0s' {1..200})
  seq 3 | gf-pipeline --report r.html --stage "begin$long$long-end" -- cat >out
  grep -q "<h3 title=\"beginx*-end\">beginx*…x*-end</h3>" r.html
  [ "$(grep -o '<h3 title="beginx*-end">beginx*…x*-end' r.html | sed 's/.*>//' | head -n1 | wc -c)" -le 73 ]
  stages=()
  for i in {1..20}; do stages+=(::: --stage "s$i" -- cat); done
  seq 3 | gf-pipeline --report r.html "${stages[@]:1}" >out
  [ "$(grep -o '<div class="stage' r.html | wc -l) $(grep -o 'class="flow"' r.html | wc -l)" = '20 21' ]
}

@test "report: the page needs nothing else, and its tags close" {
  seq 5 | run -123 gf-pipeline -q --report r.html --stage a -- cat ::: --stage b --mode each -- sh -c "$picky"
  ! grep -q 'src=\|href=\|@import\|url(\|<script' r.html || fails 'it wants something'
  for tag in html head body div dl h1 h2 h3 title style span i b p pre ol li table tr td th code; do
    [ "$(grep -o "<${tag}[ >]" r.html | wc -l)" = "$(grep -o "</$tag>" r.html | wc -l)" ] || fails "$tag"
  done
  grep -qF "content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\"" r.html
  grep -q 'prefers-color-scheme:dark' r.html
}

@test "report: no records" {
  gf-pipeline --report r.html --stage one -- cat </dev/null
  grep -q '<h1>gf-pipeline: all records went through</h1>' r.html
  [ "$(total 'records in') $(total out)" = '0 0' ]
  [ "$(of one in)" = 0 ]
  grep -q '<p class="said">no stage was busy</p>' r.html
  ! grep -q 'class="hist"\|<table' r.html || fails 'something of nothing'
}

@test "report: what is dropped or handed on is no dead letter, and is told" {
  seq 10 | run -123 gf-pipeline -q --report r.html --stage a --mode each --on-error drop -- sh -c "$picky"
  grep -q '<h1>gf-pipeline: all records but 3 went through</h1>' r.html
  [ "$(of a dropped) $(of a dead)" = '3 0' ]
  seq 10 | run -123 gf-pipeline -q --report r.html --stage a --mode each --on-error pass -- sh -c "$picky"
  grep -q '<h1>gf-pipeline: 3 of 10 records were handed on</h1>' r.html
  [ "$(of a 'handed on') $(total 'handed on') $(total out)" = '3 3 10' ]
  ! grep -q '<table' r.html || fails 'a table'
}

@test "report: records that a stopped run did not do are counted, and are no failures of the table" {
  seq 3 | gf-pipeline -q --drain 0 --report r.html --stage a -- sh -c 'echo >up; sleep 9' &
  pid=$!
  for ((i = 0; i < 400; i++)); do [ -e up ] && break; sleep 0.05; done
  kill -TERM $pid
  wait $pid || true
  [ "$(row a)" = '3 3' ] || fails "$(row a)"
  grep -q '<th>Stage</th><th>all</th><th>shutdown</th>' r.html
  ! grep -q '<tr><td' r.html || fails 'a failure'
}

@test "report: many dead letters make no large page" {
  not_sanitized 'it is slow there, and about the size of the page'
  seq 20000 | run -123 gf-pipeline -q --report r.html --stage a --reject-prefix N -- sed -u 's/^/N/'
  [ "$(row a)" = '20000 20000' ]
  grep -q '<p>And 19500 more.</p>' r.html
  [ "$(wc -c <r.html)" -lt 1000000 ]
}

@test "report: a place that cannot be written is 125 before anything is read, and the old page stays" {
  run -125 gf-pipeline --report nosuch/r.html --stage a -- touch ran </dev/null
  expect_text "cannot write the report 'nosuch/r.html'"
  run -2 gf-pipeline --report - --stage a -- touch ran </dev/null
  echo old >old
  run -2 gf-pipeline --report old --replay old --stage a -- touch ran
  run -2 gf-pipeline --report new --dead new --stage a -- touch ran </dev/null
  run -2 gf-pipeline --report new --stats-file new --stage a -- touch ran </dev/null
  run -2 gf-pipeline --report new --tee new --stage a -- touch ran </dev/null
  [ "$(cat old)" = old ]
  [ ! -e new ]
  [ ! -e ran ]
  echo x | run -125 gf-pipeline --report /dev/full --stage a -- cat
}

@test "report: it is for its owner, whatever was there, and no link is followed" {
  echo other >other
  ln -s other r.html
  run -125 gf-pipeline --report r.html --stage a -- cat <<<x
  expect_text "cannot write the report 'r.html': is a symbolic link"
  [ "$(cat other)" = other ]
  rm r.html
  echo old >r.html
  chmod 644 r.html
  echo x | gf-pipeline --report r.html --stage a -- cat >out
  [ "$(stat -c %a r.html)" = 600 ]
}
