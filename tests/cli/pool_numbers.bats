#!/usr/bin/env bats
# gf-pool: which number a resumed job has, so that the files of --results of a job that is done stay.

load helper

# pool OPTION...: jobs that print which run they are of, and fail where their item says so.
pool() { gf-pool -q -j1 --joblog log --results r -s 'echo "$RUN $1"; case $1 in bad*) exit 1 ;; esac' "$@" >/dev/null; }

# rows: number and item of each row, in the order of the log.
rows() { sed 1d log | sed "s/^\\([0-9]*\\).* \\([^ ]*\\)\$/\\1:\\2/" | tr '\n' ' '; }

# kept: what the files of each number hold.
kept() { for f in r/*/stdout; do printf '%s=%s,' "$(basename "$(dirname "$f")")" "$(<"$f")"; done; }

@test "numbers: a job that is new has one of its own, whatever the order" {
  RUN=1 pool ::: a b
  RUN=2 pool --resume ::: new b a later b
  [ "$(kept)" = '1=1 a,2=1 b,3=2 new,4=2 later,5=2 b,' ]
  [ "$(rows)" = '1:a 2:b 3:new 4:later 5:b ' ]
  RUN=3 pool --resume ::: x a b new later b
  [ "$(kept)" = '1=1 a,2=1 b,3=2 new,4=2 later,5=2 b,6=3 x,' ]
}

@test "numbers: extended at its end, the input's place is the number" {
  RUN=1 pool ::: a b
  RUN=2 pool --resume ::: a b c d
  [ "$(kept)" = '1=1 a,2=1 b,3=2 c,4=2 d,' ]
}

@test "numbers: a job that failed keeps its number and replaces its files" {
  RUN=1 run -123 pool ::: a bad1 b bad2
  RUN=2 run -123 pool --resume-failed ::: bad2 c bad1 b a
  [ "$(kept)" = '1=1 a,2=2 bad1,3=1 b,4=2 bad2,5=2 c,' ]
  RUN=3 run -123 gf-pool -q --joblog log --results r --retry-failed
  [ "$(kept)" = '1=1 a,2=3 bad1,3=1 b,4=3 bad2,5=2 c,' ]
  [ "$(<r/5/command)" = "$(awk -F '\t' '$1 == 5 { print $9 }' log)" ]
}

@test "numbers: equal jobs have one each" {
  RUN=1 run -123 pool ::: bad a bad a
  RUN=2 run -123 pool --resume-failed ::: a a a bad bad bad
  [ "$(kept)" = '1=2 bad,2=1 a,3=2 bad,4=1 a,5=2 a,6=2 bad,' ]
}

@test "numbers: an interrupted job keeps its own, and what only began is begun anew" {
  RUN=1 pool ::: a b c
  # As if the second one had been interrupted, and the third one's row never written.
  awk -F '\t' -v OFS='\t' 'NR == 3 { $3 = "1.000"; $7 = -2; $8 = 15 } NR < 4' log >rows
  cat rows >log
  rm r/2/status r/3/status
  RUN=2 pool --resume ::: d c b a
  [ "$(kept)" = '1=1 a,2=2 b,3=2 d,4=2 c,' ] || fails "$(kept)"
  [ -e r/2/status ]
}

@test "numbers: finished files without a row are the job's own, or are left alone" {
  RUN=1 pool ::: a b
  head -n 2 log >rows
  cat rows >log
  RUN=2 pool --resume ::: a b
  [ "$(kept)" = '1=1 a,2=2 b,' ]
  cat rows >log
  RUN=3 pool --resume ::: a c b
  [ "$(kept)" = '1=1 a,2=2 b,3=3 c,4=3 b,' ]
}

@test "numbers: by number they are places, and without --resume files are replaced" {
  RUN=1 pool ::: a b
  RUN=2 pool --resume=seq ::: c b d
  [ "$(kept)" = '1=1 a,2=1 b,3=2 d,' ]
  RUN=3 gf-pool -q -j1 --results r -s 'echo "$RUN $1"' ::: x >/dev/null
  [ "$(kept)" = '1=3 x,2=1 b,3=2 d,' ]
}

@test "numbers: a record that can be no word has its row's" {
  printf 'a\nx\0y\nb\n' >in
  for run in 1 2 3; do RUN=$run run -123 pool --resume <in; done
  [ "$(cut -f 1 log | tr '\n' ' ')" = 'Seq 1 2 3 2 2 ' ]
  printf 'n\nb\nx\0y\na\n' >in
  RUN=4 run -123 pool --resume <in
  [ "$(cut -f 1 log | tr '\n' ' ')" = 'Seq 1 2 3 2 2 4 2 ' ]
  [ "$(kept)" = '1=1 a,3=1 b,4=4 n,' ]
}

@test "numbers: records of workers have theirs, and events tell them" {
  answer='while read -r r; do echo "$RUN $r"; done'
  RUN=1 gf-pool -q -j1 --worker --joblog log --results r -s "$answer" ::: a b >out
  RUN=2 gf-pool -q -j1 --worker --joblog log --resume --results r --events ev -s "RUN=2; $answer" ::: c >out
  [ "$(kept)" = '1=1 a,2=1 b,3=2 c,' ]
  RUN=3 gf-pool -q -j1 --worker --joblog log --resume --results r --events ev -s "$answer" ::: d b a >out
  [ "$(kept)" = '1=1 a,2=1 b,3=2 c,4=3 d,' ]
  [ "$(jq -r 'select(.event == "skipped" or .event == "started") | "\(.event)\(.job)"' ev | sort | tr '\n' ' ')" = \
    'skipped1 skipped2 started3 started4 ' ] || fails "$(<ev)"
  [ "$(<out)" = '3 d' ]
}

@test "numbers: a log whose numbers leave no room" {
  RUN=1 pool ::: a
  sed -i 's/^1\t/18446744073709551615\t/' log
  sed -i 's/\t[0-9.]*\t/\t1.000\t/' log
  RUN=2 timeout 10 gf-pool -q -j1 --joblog log --resume true ::: a b
  [ "$(cut -f 1 log | tail -n 2 | tr '\n' ' ')" = '1 2 ' ]
}
