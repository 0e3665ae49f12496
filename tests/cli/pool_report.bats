#!/usr/bin/env bats
# gf-pool --report: the page about a run.

load helper

@test "report: totals, bars by outcome, failures with their last words" {
  run -123 gf-pool -j2 -q --report r.html --retries 1 --retry-on 7 -t 500ms -s '
    case $1 in a) : ;; b) echo "b is bad" >&2; exit 3 ;; c) exec sleep 20 ;; d) test $GF_ATTEMPT = 2 || exit 7 ;; esac' ::: a b c d
  [ "$(grep -c '<i class="ok" style="left' r.html)" = 2 ]
  [ "$(grep -c '<i class="failed" style="left' r.html)" = 1 ]
  [ "$(grep -c '<i class="late" style="left' r.html)" = 1 ]
  [ "$(grep -c '<i class="again" style="left' r.html)" = 1 ]
  grep -q '<dt>jobs</dt><dd>4</dd>' r.html
  grep -q '<dt>failed</dt><dd>2</dd>' r.html
  grep -q '<dt>timed out</dt><dd>1</dd>' r.html
  grep -q '<dt>attempts retried</dt><dd>1</dd>' r.html
  grep -q 'exit status 3' r.html
  grep -q 'b is bad' r.html
  [ "$(grep -c '<tr><td' r.html)" = 2 ]
}

@test "report: what jobs say is text, whatever its bytes" {
  run -123 gf-pool -q --report r.html -s 'printf "<script>x</script>&\"\377\033[2J\n" >&2; false' ::: '<b>'
  ! grep -q '<script>x\|<b>' r.html || fails 'it is markup'
  grep -q '&lt;script&gt;x&lt;/script&gt;&amp;&quot;' r.html
  [ "$(LC_ALL=C grep -c $'\033\|\377' r.html)" = 0 ]
  iconv -f UTF-8 -t UTF-8 r.html >/dev/null
}

@test "report: a direction mark is shown as its number, and the page may fetch and run nothing" {
  run -123 gf-pool -q --report r.html -s 'printf "a\342\201\246z" >&2; false' ::: $'x\xe2\x80\xaey\xe2\x80\x8f'
  ! LC_ALL=C grep -Eq $'\xe2\x80\xae|\xe2\x80\x8f|\xe2\x81\xa6' r.html || fails 'a mark is in the page'
  grep -qF 'x\u202ey\u200f' r.html
  grep -qF 'a\u2066z' r.html
  grep -qF "'x'\$'\\342\\200\\256''y'" r.html # the command line can be pasted into a shell
  sed -n '/<head>/,/<title>/p' r.html |
    grep -qF "content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\""
}

@test "report: the page needs nothing else, and its tags close" {
  gf-pool -q --report r.html true ::: 1 2 3
  ! grep -q 'http[^-]\|src=\|@import\|url(' r.html || fails 'it wants something'
  for tag in html head body div dl h1 h2 title style span i pre ol li; do
    [ "$(grep -o "<${tag}[ >]" r.html | wc -l)" = "$(grep -o "</$tag>" r.html | wc -l)" ] || fails "$tag"
  done
  grep -q 'prefers-color-scheme:dark' r.html
  grep -q 'all jobs ended well' r.html
}

@test "report: of a flood of stderr the last lines are kept" {
  run -123 gf-pool -q --report r.html -s 'seq 200000 >&2; false' ::: a
  grep -q '^200000$' r.html
  [ "$(wc -c <r.html)" -lt 20000 ]
}

@test "report: many jobs make no large page" {
  seq 20500 | gf-pool -j4 -u -q --report r.html true
  grep -q '<dt>jobs</dt><dd>20500</dd>' r.html
  grep -q 'are not drawn' r.html
  [ "$(wc -c <r.html)" -lt 4000000 ]
}

@test "report: a place that cannot be written is 125, and the old page stays" {
  run -125 gf-pool --report nosuch/r.html true ::: 1
  [[ "$output" == *"cannot write the report 'nosuch/r.html'"* ]]
  run -125 gf-pool --report /dev/full true ::: 1
  run -2 gf-pool --report - true ::: 1
}

@test "report: no input, and a job that could not start" {
  gf-pool --report r.html true </dev/null
  grep -q '<dt>jobs</dt><dd>0</dd>' r.html
  run -123 bash -c "printf 'a\0b\n' | gf-pool -q --report r.html true"
  grep -q 'could not start' r.html
  grep -q 'holds a NUL byte' r.html
}

# shown_command FILE: the command line that the page shows, as text.
shown_command() {
  sed -n 's/.*<pre class="line">\(.*\)<\/pre>.*/\1/p' "$1" |
    sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g'
}

@test "report: the command line can be pasted into a shell, and runs the same" {
  gf-pool -j1 --report r.html -s 'printf "<%s>\n" "$1 & $HOME"' ::: "it's" 'a  b' '$x `id` "q"' >first
  shown_command r.html >again
  bash again >second
  diff first second
  [ "$(wc -l <second)" = 3 ]
}

@test "report: a long command loses its middle, and no character is cut" {
  long=$(printf 'ä%.0s' $(seq 700))
  for pad in '' x xx; do
    run -123 gf-pool -q --report r.html false ::: "$pad${long}end"
    iconv -f UTF-8 -t UTF-8 r.html >/dev/null
    [ "$(LC_ALL=C grep -c $'\xef\xbf\xbd' r.html)" = 0 ] || fails "$pad: a character is cut"
    LC_ALL=C grep -q $'ä\xe2\x80\xa6\\(ä\\)*end' r.html || fails "$pad: no mark"
  done
}

@test "report: columns by outcome, at times that people count in" {
  run -123 gf-pool -q -j3 -t 300ms --report r.html -s 'case $1 in a) : ;; b) exit 3 ;; *) exec sleep 20 ;; esac' ::: a b c
  for outcome in ok failed late; do
    [ "$(grep -o "<i class=\"$outcome\" style=\"height" r.html | wc -l)" = 1 ] || fails "$outcome"
  done
  ! grep -o '<span class="from">[^<]*' r.html | grep -vE '>(0|[125]0{0,2}m?)s$' || fails 'an odd time'
}
