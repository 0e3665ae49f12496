#!/usr/bin/env bash
# table.sh - gf-stream on tables, beside Miller, datamash, mawk, csvkit, sort and join, on the same data.
# shellcheck disable=SC1091,SC2016
. "$(dirname "$0")/lib.sh"

# table NAME PROGRAM HEADER: a table that an awk program with n set prints, made once a scale.
table() {
  local file=$BENCH_DATA/$1-$SCALE
  if [ ! -s "$file" ]; then
    { echo "$4" && awk -v n=$(($3 / SCALE)) "BEGIN { srand(42); $2 }"; } >"$file.new" && mv -f "$file.new" "$file"
  fi
  printf '%s\n' "$file"
}

csv=$(table csv 'split("Paris Berlin Rome Oslo Lisbon Vienna Madrid Dublin", city, " ")
  for (i = 0; i < n; i++) printf "%d,user%d,%s,%d,\"%s, street %d\",%.2f,%s,%d,2026-11-%02d,%d\n", i, rand() * 100000,
    city[1 + int(rand() * 8)], rand() * 100000, city[1 + int(rand() * 8)], rand() * 100, rand() * 1000, substr("abcdef", 1, 1 + rand() * 5),
    rand() * 10, 1 + rand() * 30, rand() * 1000000000' 6600000 id,user,city,bytes,address,price,tag,level,day,seq)
three=$(table three 'for (i = 1; i <= n; i++) printf "%d,%d,%d\n", i, i % 977, i * 7' 5000000 a,b,x)
nums=$(table runs 'for (i = 0; i < n; i++) printf "%d\n", rand() * 1000000' 5000000 v)

pair 'filter by a named column' '<= 0.2' "gf-stream --csv --header --from '$csv' where city eq Paris | cat" \
  miller "mlr --icsv --ocsv filter '\$city == \"Paris\"' '$csv' | cat"
if need csvgrep; then # it takes a minute for all of it
  some=$BENCH_DATA/csv-some-$SCALE
  [ -s "$some" ] || head -n $((660001 / SCALE)) "$csv" >"$some"
  pair 'filter by a named column, a tenth of it' none "gf-stream --csv --header --from '$some' where city eq Paris | cat" \
    csvgrep "csvgrep -c city -m Paris '$some' | cat"
fi
pair 'sum by key' '<= 0.2' "gf-stream --csv --header --from '$csv' group city sum:bytes" \
  miller "mlr --icsv --ocsv stats1 -a sum -f bytes -g city '$csv'"
pair 'names beside numbers' '<= 1.03' "gf-stream --csv --header --from '$csv' where city eq Paris | cat" \
  numbers "gf-stream --csv --from '$csv' where 3 eq Paris | cat"
pair 'a column worked out' '<= 0.25' "gf-stream --csv --header --from '$three' set c=a*b+1 | cat" \
  mawk "mawk -F, -v OFS=, 'NR == 1 { print \$0, \"c\"; next } { print \$0, \$1 * \$2 + 1 }' '$three' | cat" \
  miller "mlr --icsv --ocsv put '\$c = \$a * \$b + 1' '$three' | cat"
pair 'a running sum' '<= 0.25' "gf-stream --csv --header --from '$nums' scan sum:v fields 2 | cat" \
  mawk "mawk '{ s += \$1; print s }' '$nums' | cat"
pair 'a sum by key, without quotes' '<= 0.2' "gf-stream --csv --header --from '$three' group b sum:a | cat" \
  datamash "datamash -t , --header-in -s -g 2 sum 1 <'$three' | cat" \
  miller "mlr --icsv --ocsv stats1 -a sum -f a -g b '$three' | cat"

# What is joined stands in no order; sort and join have the keys of both as text.
five=$(table joined 'for (i = 0; i < n; i++) printf "k%d,%d\n", rand() * 1200000, i' 5000000 key,n)
one=$(table partner 'for (i = 0; i < n; i++) printf "k%d,value %d\n", i * 7919 % n, i' 1000000 key,text)
joined="LC_ALL=C join -t , <(tail -n +2 '$five' | LC_ALL=C sort -t , -k 1,1) <(tail -n +2 '$one' | LC_ALL=C sort -t , -k 1,1)"
pair 'a join of 5 million with 1 million' '<= 0.333' "gf-stream --csv --header --from '$five' lookup -f key '$one' | cat" \
  'sort and join' "$joined | cat" \
  miller "mlr --icsv --ocsv join -j key -f '$one' '$five' | cat"
pair 'the same in 64 MiB' '<= 1' "gf-stream --memory 64M --csv --header --from '$five' lookup -f key '$one' | cat" \
  'sort and join' "$joined | cat"
