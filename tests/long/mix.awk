# mix.awk - random command lines of one tool, one a line, quoted for sh, each with the file that it reads.
#
# awk -v tool=T -v seed=S -v runs=N -v values=pairs.tsv -v cases=stream_cases.tsv -f mix.awk DUMP
#
# Options come from DUMP (TOOL --gf-dump), their values from pairs.tsv and from the lists below, which have what
# is near the edge of what an option takes: places of every kind, numbers that are small, files that are odd.
BEGIN {
  FS = "\t"
  srand(seed)
  while ((getline line < values) > 0)
    if (line !~ /^#/ && split(line, c, "\t") == 3 && (c[1] == tool || c[1] == "*")) value[c[2]] = c[3]
  while ((getline line < cases) > 0)
    if (line !~ /^#/ && split(line, c, "\t") > 3 && c[2] !~ /--(from|chain|tmpdir|stats-file)|-T/) chain[++chains] = c[2]
  places = "{}|{1}|{2}|{-1}|{99}|{#}|{%}|{.}|{/}|{//}|{/.}|{2.}|{-1//}|{name}|{x/.}|{nmae}|{print}|{{}}|{|}|{}}|{0}|x|-|"
  # The values of an option that are tried beside that of pairs.tsv.
  more["--colsep"] = ",|\\t|x|ab"
  more["--max-args"] = "1|2|3|1000000"
  more["--jobs"] = "1|2|+0|200%|@slots"
  more["--timeout"] = "9|30ms|200%"
  more["--kill-after"] = "9|30ms"
  more["--retries"] = "0|1|3"
  more["--retry-delay"] = "1ms|1ms,x2,max 5ms,jitter"
  more["--retry-on"] = "3|124,137"
  more["--halt"] = "now,fail=1|soon,fail=1|now,success=1|soon,done=2|soon,fail=40%|now,done=1"
  more["--replace"] = "@|{|{}|{1}|x"
  more["--script"] = ":|echo \"$@\"|exit 3|cat|sleep 0.05; echo x >&2|cat; exit 1"
  more["--joblog"] = "+log|log|new|in1"
  more["--resume"] = "seq|words"
  more["--results"] = "results|new"
  more["--arg-file"] = "in1|in3|in5|-"
  more["--delimiter"] = "x|\\0|,|\\xff"
  more["--max-record"] = "1|1K|1M"
  more["--block"] = "1|1K"
  more["--env"] = "A=1|A|GF_SEQ=x|A="
  more["--chdir"] = ".|results"
  more["--events"] = "out|fd:1|fd:2"
  more["--failed"] = "out|-"
  more["--wait"] = "0|20ms"
  more["--max-wait"] = "0|20ms"
  more["--buffer"] = "0|1|9"
  more["--key"] = "1|9|-1"
  split("echo|cat|true|false|printf|sh -c 'exit 3' sh|sh -c 'cat; exit 1' sh|sh -c 'sleep 0.01' sh|head -n 1|nonesuch", command, "|")
}

$1 == "option" && $2 == tool {
  name = $4 != "-" ? "--" $4 : "-" $3
  if (name ~ /^--(help|version)$/) next
  options++
  option[options] = name
  optional[options] = $6 == "optional"
  takes[options] = $5 != "-"
  if (name == "--tagstring") more[name] = places
  place[name] = options
  if ($3 != "-") place["-" $3] = options
}

# What an option needs is brought along, and two that a rule parts are seldom tried: pairs.bats tries each pair.
$1 == "rule" && $2 == tool {
  split($5, other, " ")
  for (i in other) {
    rules++
    kind[rules] = $3; left[rules] = $4; right[rules] = other[i]
    if ($3 != "without" && i != 1) rules--
  }
}

function any(n) { return int(rand() * n) + 1 }

function one_of(text, list) { return list[any(split(text, list, "|"))] }

function quoted(word) {
  gsub(/'/, "'\\''", word)
  return "'" word "'"
}

# Option number i with a value.
function with_value(i,    v) {
  if (!takes[i]) return option[i]
  if (optional[i] && rand() < 0.5) return option[i]
  v = option[i] in more && rand() < 0.7 ? one_of(more[option[i]]) : value[option[i]]
  return option[i] (optional[i] || option[i] ~ /^--/ && rand() < 0.3 ? "=" : " ") quoted(v)
}

function lists(    n, text, i) {
  for (n = any(3) - 1; n > 0; n--)
    if (rand() < 0.3) text = text one_of(" :::: | ::::+ ") one_of("in1|in2|in3|in5|-")
    else {
      text = text one_of(" ::: | :::+ ")
      for (i = any(4) - 1; i > 0; i--) text = text " " quoted(one_of("a|b,c|name,x|1|0.01||-x|{}|x y"))
    }
  return text
}

function words(    n, text) {
  for (n = any(4) - 1; n > 0; n--)
    text = text " " quoted(one_of(places) (rand() < 0.3 ? one_of(places) : ""))
  return text
}

# A random option, and what it needs, that goes with those before; empty when the one drawn does not.
function an_option(    i, text) {
  i = any(options)
  if (rand() < 0.97 && (i in chosen || i in barred)) return ""
  text = take(i)
  if (i in needed && !(needed[i] in chosen)) text = text take(needed[i])
  return text
}

function take(i,    pair) {
  chosen[i]
  for (pair in parted)
    if (index(pair, i " ") == 1) barred[substr(pair, length(i) + 2) + 0]
  return " " with_value(i)
}

function connect(    r, i, j) {
  for (r = 1; r <= rules; r++) {
    if (!(left[r] in place) || !(right[r] in place)) continue
    i = place[left[r]]; j = place[right[r]]
    if (kind[r] == "needs") needed[i] = j
    if (kind[r] == "without") { parted[i " " j]; parted[j " " i] }
  }
}

function a_line(    n, text, i) {
  split("", chosen)
  split("", barred)
  if (tool == "gf-stream") {
    for (n = any(3); n > 0; n--) {
      i = chain[any(chains)]
      if (text == "" || i !~ /^-/) text = text " " i
    }
    return text
  }
  for (n = any(5) + 1; n > 0; n--) text = text an_option()
  if (tool == "gf-ratelimit") return text (rand() < 0.6 ? " 1000000/s" : "") (rand() < 0.2 ? " -- " command[any(6)] : "")
  if (text !~ / (-s|--script|--retry-failed)/ || rand() < 0.05) text = text " " command[any(10)] (tool == "gf-pool" ? words() : "")
  return text (tool == "gf-pool" ? lists() : "")
}

END {
  connect()
  for (; runs > 0; runs--) print tool a_line() " <in" any(6)
}
