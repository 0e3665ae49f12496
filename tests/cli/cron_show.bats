#!/usr/bin/env bats
# cron_show.bats - gf-cron show.

load helper

unset COLUMNS

week() {
  gf-cron show --tz Europe/Berlin --from 2026-11-30 "$@"
}

# The week in which Berlin's clock goes forward.
march() {
  gf-cron show --tz Europe/Berlin --from 2026-03-23 "$@"
}

table() {
  printf '%s\n' '0 0 * * * GF_ID=rotate a' '0 0 1 * * GF_ID=invoice b' \
    '*/5 9-17 * * MON-FRI GF_ID=poll c' '@hourly GF_ID=sync d' >t
}

# widest: the columns of the widest line of standard input. A byte that goes on with a character
# has none.
widest() {
  tr -d '\200-\277' | awk '{ if (length($0) > n) n = length($0) } END { print n + 0 }'
}

@test "show: text, a lane a job, what starts at once, the fullest minutes" {
  table
  run week t
  expect_status 0
  [ "${lines[0]}" = 't: 7 days from Mon 30 Nov 2026' ]
  [ "${lines[1]}" = 'a column is 3 hours, Europe/Berlin' ]
  [ "${lines[2]}" = '         Mon 30   Tue 1    Wed 2    Thu 3    Fri 4    Sat 5    Sun 6' ]
  expect_text 'rotate  |1.......|1.......|1.......|1.......|1.......|1.......|1.......|'
  expect_text 'invoice |........|1.......|........|........|........|........|........|'
  expect_text 'poll    |...***..|...***..|...***..|...***..|...***..|........|........|'
  expect_text 'at once |21122211|31122211|'
  expect_text '. no start, 1 to 9 starts, * 10 or more'
  expect_text 'Tue 1 Dec 00:00  3 jobs: rotate, invoice, sync'
}

@test "show: the hours of a night of change" {
  run gf-cron show --tz Europe/Berlin --from 2026-10-25 --days 1 - <<<$'@hourly GF_ID=x y\n@hourly GF_ID=z y'
  expect_text '|1.1.2.1.' # two is shown twice: two starts
  expect_text 'Sun 25 Oct 02:00 to 03:00 comes twice'
  expect_text 'Sun 25 Oct 02:00 +02:00  2 jobs: x, z'
  expect_text 'Sun 25 Oct 02:00 +01:00  2 jobs: x, z'
  run gf-cron show --tz Europe/Berlin --from 2026-03-29 --days 1 - <<<'@hourly GF_ID=x y'
  expect_text '|1.1.--1.'
  expect_text 'Sun 29 Mar 02:00 to 03:00 is skipped: -'
  run gf-cron show --tz Pacific/Apia --from 2011-12-29 --days 3 - <<<'@hourly GF_ID=x y'
  expect_text 'Fri 30 Dec 00:00 to Sat 31 Dec 00:00 is skipped: -'
}

@test "show: text is as wide as COLUMNS, the terminal, else 80; long names are cut" {
  {
    echo '0 0 * * * GF_ID=a-name-that-is-longer-than-any-column-of-names-in-a-picture a'
    for i in 1 2 3 4 5 6 7 8; do echo "0 0 * * * GF_ID=another-long-name-$i a"; done
    echo '@hourly GF_ID=short b'
  } >t
  for days in 1 7 31 366; do
    [ "$(march --days "$days" t | widest)" -le 80 ] || fails "80, $days days"
    for columns in 33 40 80 120; do
      [ "$(COLUMNS=$columns march --days "$days" t | widest)" -le "$columns" ] || fails "$columns, $days days"
    done
  done
  run march t
  expect_text 'a-name-that-is…'
  expect_text '  Mon 23 Mar 00:00  10 jobs: a-name-that-is-longer-than-any-column-of-names-in-…'
  COLUMNS=40 run march t
  expect_text 'a-name-th… |1..|1..|'
  expect_text 'short      |888|'
  expect_text 'Mon Tue Wed'
  COLUMNS=120 run march t
  [ "$(widest <<<"$output")" -gt 80 ]
  COLUMNS=nonsense run march t
  expect_text 'a column is 3 hours'
  script -qec 'stty cols 40; gf-cron show --tz Europe/Berlin --from 2026-03-23 t' /dev/null | tr -d '\r' >shown
  COLUMNS=40 march t | cmp - shown
}

@test "show: a text is never cut inside a character" {
  name=
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13; do name+=äéß; done
  table
  for lead in '' x xx; do
    cp t "$lead$name"
    COLUMNS=40 march "$lead$name" >text
    march -o week.svg "$lead$name$name$name" 2>/dev/null || cp t "$lead$name$name$name"
    march -o week.svg "$lead$name$name$name"
    iconv -f UTF-8 -t UTF-8 text >/dev/null
    iconv -f UTF-8 -t UTF-8 week.svg >/dev/null
    [ "$(widest <text)" -le 40 ]
    grep -q '…$' text
    grep -q '[ßéä]…</text>' week.svg
  done
}

@test "show: a direction mark in an SVG is spelt out, and the picture runs and fetches nothing" {
  table
  cp t $'t\xe2\x80\xaet'
  week -o week.svg $'t\xe2\x80\xaet'
  ! LC_ALL=C grep -q $'\xe2\x80\xae' week.svg || fails 'the mark is in the picture'
  grep -qF 't\xe2\x80\xaet' week.svg
  ! grep -Eqi '<script|<foreignobject|href|url\([^#]|@import| on[a-z]+=' week.svg || fails 'it refers to something'
}

@test "show: an SVG that is well-formed, with what names hold escaped" {
  table
  cp t 'a<b&c"d'
  week -o week.svg 'a<b&c"d'
  grep -q 'a&lt;b&amp;c"d: 7 days from Mon 30 Nov 2026, Europe/Berlin' week.svg
  grep -q '3 jobs: rotate, invoice, sync' week.svg
  for tag in svg g text title style pattern; do
    [ "$(grep -o "<${tag}[ >]" week.svg | wc -l)" -eq "$(grep -o "</$tag>" week.svg | wc -l)" ] || fails "$tag"
  done
  python3 -c 'import xml.dom.minidom; xml.dom.minidom.parse("week.svg")'
}

@test "show: the SVG fits its window, light or dark, and explains itself" {
  table
  echo '30 2 * * * GF_ID=a-name-that-is-longer-than-the-column-of-names e' >>t
  march -o week.svg t
  grep '<svg' week.svg >root
  grep -q 'viewBox="0 0 1200 [0-9]*"' root
  ! grep -qE ' (width|height)=' root || fails "a size: $(cat root)"
  grep -q 'svg{width:100%;height:auto' week.svg
  grep -q '@media (prefers-color-scheme:dark)' week.svg
  # Each job has a row with a tooltip of its whole name, and a name that fits.
  [ "$(grep -c '<g class="lane"><title>' week.svg)" -eq 5 ]
  grep -q '<title>a-name-that-is-longer-than-the-column-of-names: 30 2 \* \* \*: 7 starts</title>' week.svg
  grep -q 'class="name".*>a-name-that-is-longer-t…</text>' week.svg
  [ "$(sed -n 's/.*class="name"[^>]*>\(.*\)<\/text>/\1/p' week.svg | widest)" -eq 24 ]
  # Days, and what the marks mean.
  for day in 'Mon 23' 'Tue 24' 'Wed 25' 'Thu 26' 'Fri 27' 'Sat 28' 'Sun 29'; do
    grep -q "class=\"day\".*>$day Mar</text>" week.svg || fails "$day"
  done
  for word in 'one start in 15 minutes' 'more starts' 'jobs in one minute' 'the most' \
    'Sun 29 Mar 02:00 to 03:00 is skipped'; do
    grep -q "class=\"key\".*>$word</text>" week.svg || fails "$word"
  done
  # The hour that is skipped: over the bars and the lanes, an hour wide at its place.
  grep 'class="hatch".*<title>Sun 29 Mar 02:00 to 03:00 is skipped' week.svg >hatch
  [ "$(wc -l <hatch)" -eq 2 ]
  [ "$(grep -c 'x="1041.66".* width="5.84"' hatch)" -eq 2 ] || fails "$(cat hatch)"
  grep -q 'class="change right".*is skipped</text>' week.svg
  week -o other.svg t
  ! grep -q 'class="hatch"' other.svg || fails 'a change where there is none'
}

@test "show: every piece of the SVG lies inside its page" {
  table
  for i in $(seq 150); do echo "$((i % 60)) 2 * * * GF_ID=job-of-a-long-name-number-$i x"; done >>t
  for days in 1 7 31 366; do
    march --days "$days" -o x.svg t
    awk -F '"' '
      function value(name, i) {
        for (i = 1; i < NF; i += 2) if ($i ~ " " name "=$") return $(i + 1) + 0
        return 0
      }
      /<svg/ { split($4, box, " ") }
      /<rect/ && !/<pattern/ && value("x") + value("width") > box[3] { print "too far right: " $0; bad = 1 }
      (/<rect/ || /<text/) && !/<pattern/ && value("y") + value("height") > box[4] { print "too low: " $0; bad = 1 }
      END { exit bad || !box[4] }' x.svg || fails "$days days"
  done
}

@test "show: more jobs than lanes, as many days as there may be, nothing at all" {
  for i in $(seq 150); do echo "$((i % 60)) 3 * * * GF_ID=j$i x"; done >t
  run week t
  expect_status 0
  expect_text 'and 51 more'
  expect_text '3 jobs: j1, j61, j121'
  run week --days 366 t
  expect_status 0
  run week --days 367 t
  expect_status 2
  run week - <<<'@start GF_ID=once x'
  expect_status 0
  expect_text 'at once |....'
}

@test "show: a bad table draws nothing; a file that cannot be written is 125" {
  echo '61 * * * * x' >t
  run week -o week.svg t
  expect_status 2
  [ ! -e week.svg ]
  table
  run week -o none/week.svg t
  expect_status 125
  run week
  expect_status 2
}
