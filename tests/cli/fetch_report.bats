#!/usr/bin/env bats
# gf-fetch --report: the page about a run.

load helper
load fetch

setup_file() { origin_start http other; }
teardown_file() { origin_stop; }

# bars CLASS: how many bars of the timeline have that outcome.
bars() { grep -c "<i class=\"$1\" style=\"left" r.html || true; }

# total NAME: its value on the page.
total() { grep -o "<dt>$1</dt><dd>[^<]*" r.html | sed 's/.*>//'; }

# lane HOST: the pixels from the top at which its lane begins and ends.
lanes() {
  grep -o '<li style="height:[0-9]*px[^>]*>[^<]*' <<<"$(tr '\n' ' ' <r.html)" |
    sed 's/<li style="height:\([0-9]*\)px.*>/\1 /' | awk -v host="$1" '{ if ($2 == host) print top, top + $1; top += $1 }' top=0
}

@test "report: a bar for each request by outcome, a lane for each host, totals, failures" {
  {
    printf '%s\n' "$HTTP/ok" "$OTHER/ok?2" "$HTTP/status/404" "$HTTP/fail/1/503/$KEY" "$OTHER/moved/302/ok"
    printf '%s\n' "{\"url\":\"$HTTP/never\",\"id\":\"slow\",\"max_time\":0.2}" 'example.com'
  } >in
  run -123 gf-fetch -q -L --retries 1 --format none --report r.html -a in
  [ "$(bars ok) $(bars failed) $(bars late) $(bars again) $(bars cut)" = '5 1 1 2 0' ] ||
    fails "$(bars ok) $(bars failed) $(bars late) $(bars again) $(bars cut)"
  [ "$(total lines) $(total ok) $(total failed) $(total 'attempts retried') $(total redirects)" = '7 4 3 2 1' ]
  grep -q '<h1>gf-fetch: 3 of 7 lines failed</h1>' r.html
  [ "$(lanes "${HTTP#http://}" | wc -l) $(lanes "${OTHER#http://}" | wc -l)" = '1 1' ]
  grep -q 'title="line 5: status 302, redirected, ' r.html
  grep -q 'title="line 4: http, status 503, tried again, ' r.html
  [ "$(grep -c '<tr><td' r.html)" = 3 ]
  grep -q "<td class=\"n\">3</td><td class=\"n\">http, status 404 after [^<]*</td><td><code>$HTTP/status/404</code>" r.html
  grep -q '<td class="n">6</td><td class="n">timeout ([a-z]*) after [^<]*<br>attempt 2</td>' r.html
  grep -q '^id slow</pre>' r.html
  grep -q '<td class="n">7</td><td class="n">bad_request</td><td><code>example.com</code><pre>no URL' r.html
  [ "$(stat -c %a r.html)" = 600 ]
}

@test "report: requests to one host at once lie in rows of its lane, and in no other" {
  gf-fetch --format none -j8 --report r.html "$HTTP/together/4/$KEY"{,,,} "$OTHER/ok"
  read -r from to <<<"$(lanes "${HTTP#http://}")"
  tops=$(grep -o 'top:[0-9]*px;height:[0-9]*px" title="line [1-4]:' r.html | sed 's/top:\([0-9]*\).*/\1/' | sort -nu)
  [ "$(wc -l <<<"$tops")" = 4 ] || fails "$tops"
  for top in $tops; do
    [ "$top" -ge "$from" ] && [ "$top" -lt "$to" ] || fails "$top is not within $from and $to"
  done
  other=$(grep -o 'top:[0-9]*px;height:[0-9]*px" title="line 5:' r.html | sed 's/top:\([0-9]*\).*/\1/')
  [ "$other" -ge "$to" ] || [ "$other" -lt "$from" ]
}

@test "report: what is cancelled is drawn, and is no failure of the table" {
  run -124 gf-fetch -q -j2 --format none --total-timeout 500ms --report r.html "$HTTP/never"{,}
  [ "$(bars cut)" = 2 ]
  grep -q '>&nbsp;1: /never</i>' r.html # the lane has the host
  grep -q '<h1>gf-fetch: cancelled: 2 of 2 lines</h1>' r.html
  [ "$(total cancelled)" = 2 ]
  ! grep -q '<tr><td' r.html || fails 'a failure'
}

@test "report: what lines and answers hold is text, whatever its bytes" {
  printf '%s\n' "{\"url\":\"$HTTP/status/404?<script>x</script>&\\\"'\",\"id\":\"<b>\\u202e\\u0001\"}" \
    $'<i>\xff\033[2J\xe2\x80\xae' "{\"url\":\"$HTTP/ok?<u>\"}" >in
  run -123 gf-fetch -q --format none --report r.html -a in "--user-agent=<b>&"
  ! grep -q '<script>x\|<b>[^<]\|<i>[^<]' r.html || fails 'it is markup'
  grep -q '&lt;b&gt;\\u202e' r.html
  [ "$(LC_ALL=C grep -c $'\033\|\377\|\001\|\xe2\x80\xae' r.html)" = 0 ]
  iconv -f UTF-8 -t UTF-8 r.html >/dev/null
}

@test "report: the page needs nothing else, and its tags close" {
  gf-fetch --format none --report r.html "$HTTP/ok" "$OTHER/ok"
  ! grep -q 'src=\|href=\|@import\|url(' r.html || fails 'it wants something'
  for tag in html head body div dl h1 h2 title style span i pre ol li; do
    [ "$(grep -o "<${tag}[ >]" r.html | wc -l)" = "$(grep -o "</$tag>" r.html | wc -l)" ] || fails "$tag"
  done
  grep -qF "content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\"" r.html
  grep -q 'prefers-color-scheme:dark' r.html
  grep -q 'all lines ended well' r.html
}

@test "report: no user, no password, no value of a header and no body is in it" {
  host=${HTTP#http://}
  run -123 gf-fetch -q -L --format none --report r.html -X GET --auth-host "$HTTP" -u me:secret -H 'Cookie: secret' \
    -HX-Key:secret --header='A;' -dsecret -x "http://me:secret@$host" "http://me:secret@$host/status/404" \
    "{\"url\":\"http://me:secret@$host/ok\",\"headers\":{\"A\":\"secret\"}}" 'me:secret@example.com' \
    "http://me:secret@$host/moved/302/ok"
  ! grep -q 'secret\|[^a-z]me:' r.html || fails "$(grep 'secret\|[^a-z]me:' r.html)"
  grep -qF "gf-fetch -q -L --format none --report r.html -X GET --auth-host $HTTP -u '***' -H 'Cookie: ***' '-HX-Key: ***' '--header=A: ***' '-d***' -x $HTTP/ $HTTP/status/404 '{***}' '***@example.com' $HTTP/moved/302/ok</pre>" r.html
  # What is no secret can be pasted into a shell.
  gf-fetch --format none -A "it's <a>" --report r.html "$HTTP/ok?a=1&b=2"
  sed -n 's/.*<pre class="line">\(.*\)<\/pre>.*/\1/p' r.html | sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g' >again
  asked '/ok?a=1' | jq -c '[.path, .headers]' >first
  bash again
  asked '/ok?a=1' | jq -c '[.path, .headers]' | sed 1d | diff first -
  [ -s first ]
}

@test "report: lanes are those of the hosts with most requests, and the others are counted" {
  # 127.0.0.1 has the server; nothing listens on the port of the others.
  for ((i = 2; i < 80; i++)); do echo "http://127.0.0.$i:1/"; done >in
  printf '%s\n' "$HTTP/ok?"{1,2,3} >>in
  run -123 gf-fetch -q --retries 0 --format none --report r.html -a in
  [ "$(grep -o '<li style' r.html | wc -l)" = 64 ]
  [ "$(lanes "${HTTP#http://}" | cut -d' ' -f1)" = 0 ]
  [ "$(bars failed) $(bars ok)" = '63 3' ]
  grep -q '<p>15 requests to hosts with fewer are not drawn.</p>' r.html
  [ "$(grep -c '<tr><td' r.html)" = 78 ]
}

@test "report: many lines make no large page" {
  not_sanitized 'it is slow there, and about the size of the page'
  seq -f "http://127.0.0.1:1/%.0f" 20500 | run -123 gf-fetch -q --retries 0 --format none --report r.html
  [ "$(total lines)" = 20500 ]
  grep -q '[0-9] requests, the shortest ones, are not drawn' r.html
  grep -q '<p>And 20000 more.</p>' r.html
  [ "$(wc -c <r.html)" -lt 4000000 ]
}

@test "report: a place that cannot be written is 125 before anything is asked, and the old page stays" {
  run -125 gf-fetch --report nosuch/r.html "$HTTP/ok?$KEY"
  expect_text "cannot write the report 'nosuch/r.html'"
  run -2 gf-fetch --report - "$HTTP/ok?$KEY"
  echo old >old
  run -2 gf-fetch --report old -a old
  run -2 gf-fetch --report new --failed new "$HTTP/ok?$KEY"
  run -2 gf-fetch --report new --stats-file new "$HTTP/ok?$KEY"
  [ "$(cat old)" = old ]
  [ ! -e new ]
  [ "$(asked "ok?$KEY" | wc -l)" = 0 ]
  run -125 gf-fetch --format none --report /dev/full "$HTTP/ok?$KEY"
  [ "$(asked "ok?$KEY" | wc -l)" = 1 ]
}

@test "report: no input" {
  gf-fetch --report r.html </dev/null
  [ "$(total lines)" = 0 ]
  ! grep -q 'class="lanes"' r.html || fails 'a timeline of nothing'
}
