#!/usr/bin/env bats
# pool_results.bats - gf-pool --results with a template: the directory of a job, by its record.

load helper

# below DIR: the directories that hold a status, sorted.
below() { find "$1" -name status -printf '%P\n' | sed 's|/status$||' | sort; }

@test "results: a template names the directory of each job" {
  gf-pool -q --results 'res/{1}/x{2}' echo ::: a b ::: 1 2 >/dev/null
  [ "$(below res | tr '\n' ' ')" = 'a/x1 a/x2 b/x1 b/x2 ' ]
  [ "$(cat res/b/x2/stdout res/b/x2/status)" = $'b 2\n0' ]
  [ "$(cat res/a/x1/command)" = 'echo a 1' ]
  gf-pool --results 'r/{/.}' echo ::: dir/one.gz dir/two.tar >/dev/null
  [ "$(below r | tr '\n' ' ')" = 'one two ' ]
  printf '%s\n' name,n x,1 y,2 | gf-pool --header -d, --results '{name}.{#}' echo '{n}' >/dev/null
  [ "$(<y.2/stdout)" = 2 ]
  # Without a place it is a directory, and jobs have their numbers; braces are read.
  gf-pool --results 'p{{}}' echo ::: a >/dev/null
  [ "$(<'p{}'/1/stdout)" = a ]
}

@test "results: no value leaves its place in the path, and no two look alike" {
  mkdir in
  printf '%s\0' .. . /etc/passwd ../../x a/b 'a%2Fb' '' '%-' $'n\nl' .hidden a. $'\377' >records
  gf-pool -0 -q --results 'in/{}' true <records
  [ "$(below in | wc -l)" -eq 12 ]
  below in >got
  printf '%s\n' '%2E.' '%2E' '%2Fetc%2Fpasswd' '%2E.%2F..%2Fx' 'a%2Fb' 'a%252Fb' '%-' '%25-' 'n%0Al' \
    '%2Ehidden' a. $'\377' | sort | cmp - got
  [ "$(ls -A)" = $'got\nin\nrecords' ]
}

@test "results: a second job of a name does not start, and a name that is too long fails alone" {
  run -123 gf-pool -j1 -k --joblog log --results 'r/{1}' -s 'echo "$1$2"' ::: a b a
  expect_text 'job 3 could not start: another job has its directory of results'
  [ "$(<r/a/stdout)" = a ]
  [ "$(<r/a/status)" = 0 ]
  [ "$(awk -F '\t' '$1 == 3 { print $7 }' log)" = 126 ]
  long=$(printf '%0256d' 0)
  run -123 gf-pool -k --results 'r/{}' echo ::: "$long" c "${long%0}"
  expect_text 'job 1 could not start: a name is longer than the system takes'
  [ "$(<r/c/stdout)" = c ]
  [ -f "r/${long%0}/status" ]
}

@test "results: attempts of a job share its name, a later run replaces it, --resume leaves what is done" {
  gf-pool -q --retries 1 --results 'r/{}' -s 'echo "$GF_ATTEMPT"; [ "$GF_ATTEMPT" = 2 ]' ::: a >/dev/null
  [ "$(<r/a/stdout)" = 2 ]
  gf-pool -q --joblog log --results 'r/{}' echo old ::: a >/dev/null
  [ "$(<r/a/stdout)" = 'old a' ]
  gf-pool -q --joblog log --resume --results 'r/{}' echo old ::: b a >/dev/null
  [ "$(below r | tr '\n' ' ')" = 'a b ' ]
  [ "$(awk -F '\t' 'NR > 1 { print $1 }' log | tr '\n' ' ')" = '1 2 ' ]
}

@test "results: places that are no name of a job are usage" {
  run -2 gf-pool --results 'r/{%}' echo ::: a
  expect_text 'a slot is no name'
  run -2 gf-pool --results 'r/{}' -n 2 echo ::: a
  expect_text '{1} is the first'
  run -2 gf-pool --results 'r/{}' echo ::: a ::: b
  run -2 gf-pool --results 'r/{1}' --pipe cat
  expect_text 'with --pipe a job has no record'
  run -2 gf-pool --results 'r/{1}' --joblog log --retry-failed
  run -2 gf-pool --dry-run --results 'r/{%}' echo ::: a
  printf '%s\n' name a >in
  run -2 gf-pool --header -d, --results 'r/{nam}' -a in echo
  expect_text 'did you mean {name}'
  [ ! -e r ]
  run -125 gf-pool --results 'no/such/{}' echo ::: a
  gf-pool --results 'r/{1}' -n 2 echo ::: a b c >/dev/null
  [ "$(<r/a/stdout)" = 'a b' ]
  seq 2 | gf-pool --results 'p/{#}' --pipe -n 1 cat >/dev/null
  [ "$(<p/2/stdout)" = 2 ]
}

@test "results: workers, too" {
  run -123 gf-pool --worker -j1 --results 'w/{}' cat ::: a/b c c
  [ "$(below w | tr '\n' ' ')" = 'a%2Fb c ' ]
  [ "$(<'w/a%2Fb/stdout')" = a/b ]
  expect_text 'another job has its directory of results'
}

@test "results: with --resume, a directory that a job of other words has finished is kept" {
  gf-pool --joblog log --results 'res/{1}' echo {1} ::: a b >/dev/null
  run gf-pool -j1 --joblog log --resume --results 'res/{1}' echo {1} {2} ::: a c ::: 1
  expect_status 123
  expect_text 'could not start: another job has its directory of results: echo a 1'
  [ "$(cat res/a/command) $(cat res/c/command)" = 'echo a echo c 1' ]
  # without --resume files are replaced, as the page says
  gf-pool --results 'res/{1}' echo {1} {2} ::: a ::: 1 >/dev/null
  [ "$(cat res/a/command)" = 'echo a 1' ]
}

@test "results: a job whose directory cannot be made fails alone, and the path is named" {
  mkdir r
  echo keep >r/a
  run -123 gf-pool -k --results 'r/{1}/x' echo ::: a b
  expect_text "job 1 could not start: cannot use the directory 'r/a/x': Not a directory"
  [ "$(<r/b/x/stdout)" = b ]
  run -123 gf-pool -k --joblog log --results 'r/{}' echo ::: a c
  expect_text "job 1 could not start: cannot use the directory 'r/a': Not a directory"
  [ "$(<r/a)" = keep ]
  [ "$(<r/c/status)" = 0 ]
  echo keep >r/2
  run -123 gf-pool -k --results r echo ::: a b c
  expect_text "job 2 could not start: cannot use the directory 'r/2'"
  [ "$(<r/3/stdout)" = c ]
  # Nor is what is no file written to, or waited for.
  mkdir r/f
  mkfifo r/f/stdout
  run -123 timeout 20 gf-pool --results 'r/{}' echo ::: f
  expect_text "'r/f/stdout' is not a regular file"
}

@test "results: a file there that is an input is not written over" {
  local file
  for file in stdout stderr command status; do
    mkdir -p "r/a"
    printf 'a\nb\n' >"r/a/$file"
    run -123 gf-pool -k --results 'r/{}' -a "r/a/$file" echo
    expect_text "job 1 could not start: 'r/a/$file' is the same file as the input, r/a/$file"
    printf 'a\nb\n' | cmp - "r/a/$file"
    [ "$(<r/b/stdout)" = b ]
    run -123 gf-pool -k --results 'r/{}' echo <"r/a/$file"
    expect_text "is the same file as the input, standard input"
    run -123 gf-pool -k -a "r/a/$file" --worker --results 'r/{}' cat
    expect_text "record 1, 'r/a/$file' is the same file as the input"
    printf 'a\nb\n' | cmp - "r/a/$file"
    rm -r r
  done
  mkdir -p r/1
  echo a >r/1/stdout
  run -123 gf-pool --results r -a r/1/stdout echo
  [ "$(<r/1/stdout)" = a ]
}
