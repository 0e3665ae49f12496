# pairs.bats - every two options of a command, given together: either a rule of the table refuses them
# (with 2, before anything is done), or both are taken. No third thing.
#
# pairs.tsv gives each option that takes an argument a value that is good. A command of its own is
# added by `tail_of`, such that the run is short and does no harm.
# bats file_tags=plain

load helper

# values COMMAND: its options, as they are given here, one a line: `NAME<TAB>word word...`.
values() {
  awk -F '\t' -v command="$1" -v values="$ROOT/tests/cli/pairs.tsv" '
    BEGIN { while ((getline line < values) > 0) if (line !~ /^#/) { split(line, c, "\t"); value[c[1], c[2]] = c[3] } }
    $1 == "option" && $2 == command {
      name = $4 != "-" ? "--" $4 : "-" $3
      if (name ~ /^--(help|version|quiet|verbose|color)$/) next
      if (command == "gf-pipeline" && name ~ /^--(stage|tee)$/) next # of gf-pipeline: behind what is of all stages
      shown = name
      v = ""
      if ($5 != "-") {
        v = (command, name) in value ? value[command, name] : (("*", name) in value ? value["*", name] : "")
        if (v == "") { print "no value for " command " " name >"/dev/stderr"; exit 1 }
        shown = $6 == "optional" ? name "=" v : name " " v
      }
      print name "\t" ($3 == "-" ? "" : "-" $3) "\t" shown "\t" name "=" v
    }' dump
}

# lines COMMAND: `try BARRED COMMAND OPTION... OPERAND...` for each pair. An option brings along what it
# needs; BARRED is whether a rule parts any two of those.
lines() {
  awk -F '\t' -v command="$1" '
    FILENAME == "dump" {
      if ($1 == "rule" && $2 == command) {
        split($5, other, " ")
        if ($3 == "needs" && other[1] ~ /^-/) needs[$4, ++wants[$4]] = other[1]
        if ($3 == "without") for (i in other) without[$4, other[i]] = without[other[i], $4] = 1
      }
      next
    }
    # A rule may be about an option, by its name or its letter, or about the value of one.
    { name[++n] = $1; letter[n] = $2; shown[n] = $3; spelt[n, 1] = $1; spelt[n, 2] = $2; spelt[n, 3] = $4
      place[$1] = place[$4] = n; if ($2 != "") place[$2] = n }
    function parted(a, b,    x, y) {
      for (x = 1; x <= 3; x++) for (y = 1; y <= 3; y++) if ((spelt[a, x], spelt[b, y]) in without) return 1
      return 0
    }
    # The set is the two, and what they need, each once.
    function line(a, b,    set, m, i, j, k, x, y, barred, words, operands) {
      m = 0
      set[++m] = a; set[++m] = b
      for (i = 1; i <= m; i++) for (x = 1; x <= 3; x++) for (y = 1; y <= wants[spelt[set[i], x]]; y++) {
        j = place[needs[spelt[set[i], x], y]]
        for (k = 1; j && k <= m; k++) if (set[k] == j) j = 0
        if (j) set[++m] = j
      }
      for (i = 1; i <= m; i++) {
        words = words " " shown[set[i]]
        for (j = 1; j < i; j++) barred = barred || parted(set[i], set[j])
      }
      printf "try %d %s%s%s\n", barred, command, words, operands_of(words)
    }
    # A stage that may have what is said for all of them; the modes of two may differ.
    function operands_of_stage(words,    each, dead) {
      dead = words ~ /--commit/ && words !~ /--dead/ ? " --dead dead" : ""
      if (words ~ /--chain/) return dead
      each = words !~ /--(mode|window|latency)/
      return dead " --stage s " (each ? "--mode each " : "") "-- cat" (words ~ /--mode/ ? (words ~ /--sep/ ? " @" : " :::") " --stage t -- cat" : "")
    }
    function operands_of(words) {
      if (command == "gf-stream") return words ~ /--chain/ ? "" : " filter a where 1 ~ a fields 1 sort"
      if (command ~ / (filter|reject|take-while|drop-while|any|all|none|matches)$/) return words ~ /--pattern/ ? "" : " a"
      if (command ~ / (distinct|uniq|sort)$/) return ""
      # One of the three has to be there.
      if (command ~ / context$/) return (words ~ /--(before|after|around)/ ? "" : " -A 1") (words ~ /--pattern/ ? "" : " a")
      if (command ~ / between$/) return " a b"
      if (command ~ / group$/) return " 1 sum:1,join:1"
      if (command ~ / (sum|min|max|mean|median)$/) return ""
      if (command ~ / reduce$/) return " sum"
      if (command ~ / where$/) return words ~ /--expr/ ? "" : " 1 -gt 0"
      if (command ~ / lookup$/) return " in"
      if (command ~ /^gf-stream /) return " 1"
      if (command == "gf-fetch") return ""
      if (command == "gf-buffer" && words ~ /--atomic/ && words !~ /--(commit-on-eof|expect-)/)
        return words ~ /--ok-status/ && words !~ /--no-sandbox/ ? " -- true" : " --commit-on-eof"
      if (command == "gf-buffer") return ""
      if (command == "gf-queue put") return " ./jobs"
      if (command ~ /^gf-queue (ack|fail)$/) return " ./jobs 1.1"
      if (command ~ /^gf-queue /) return " ./jobs"
      # A queue is waited at for ever, also where --stop-after would be enough.
      if (command == "gf-pool" && words ~ /--queue/ && words !~ /--until-empty/)
        return " --until-empty" (words ~ /--script|--retry-failed/ ? "" : words ~ /--worker/ ? " cat" : " true")
      if (command == "gf-pool") return words ~ /--script|--retry-failed/ ? "" : words ~ /--worker/ ? " cat" : " true"
      if (command == "gf-pipeline") return operands_of_stage(words)
      if (command == "gf-sem") return words ~ /--status|--set|--wait-all|--fd/ ? "" : " true"
      if (command == "gf-ratelimit" && words ~ /--load|--memfree/)
        return (words ~ /--state/ ? "" : " --state ./state") (words ~ /--rate/ ? "" : " 1000/s") " -- true"
      if (command == "gf-ratelimit") return words ~ /--rate|--pause|--check|--status|--set|--reset/ ? "" : " 1000/s"
      return " table"
    }
    END { for (i = 1; i <= n; i++) for (j = 1; j < i; j++) if ((i + j) % 2) line(i, j); else line(j, i) }
  ' dump options
}

# operations: those that have two options or more, as `gf-stream NAME`.
operations() {
  gf-stream --gf-dump | awk -F '\t' '$1 == "option" && $2 ~ / / && $4 !~ /^(help|version)$/ && n[$2]++ == 1 { print $2 }'
}

# try BARRED WORD...: what is refused needs no watch over its time.
try() {
  local barred=$1 status=0 said=0 watch=()
  shift
  ((barred)) || watch=(timeout 20)
  "${watch[@]}" "$@" <in >/dev/null 2>err 9<>lock || status=$?
  case $status$(<err) in
    2*" needs 'redis://':"*) return ;; # what one of the two needs, whatever the other is
    *' does not go with '*) said=1 ;;
  esac
  case $barred$said$status in
    11[2]) ;;
    0[0][0-9] | 00[0-9][0-9] | 0012[0-7]) ;;
    *) printf '%s: status %d, barred %d: %s\n' "$*" "$status" "$barred" "$(head -n 1 err)" >>wrong ;;
  esac
}

@test "pairs: two options go together, or a rule refuses them" {
  printf 'a\n' >in
  echo '{"v":1,"stage":"s","stage_number":1,"seq":1,"records":1,"reason":"exit","exit":1,"input":"a","origin":"a"}' >letters
  gf-buffer --spool spool <in >/dev/null
  gf-queue put ./jobs <in
  : >wrong
  local operations subcommands=('gf-queue put' 'gf-queue take' 'gf-queue ack' 'gf-queue fail' 'gf-queue list' 'gf-queue purge')
  mapfile -t operations < <(operations)
  [ "${#operations[@]}" -gt 10 ] || fails "only ${#operations[@]} operations have options"
  export -f try
  for command in gf-buffer $(built <<<gf-fetch) gf-pipeline gf-pool "${subcommands[@]}" gf-sem gf-ratelimit gf-stream "${operations[@]}"; do
    "${command%% *}" --gf-dump >dump
    echo 'filter a where 1 ~ a fields 1 sort' >chain
    [ "$command" != gf-pipeline ] || printf -- '--stage s --mode each -- cat\n--stage t -- cat\n' >chain
    values "$command" >options
    lines "$command" >script
    grep -q '^try 0' script || fails "$command: no pair"
    grep -q '^try 1' script || [[ $command == *' '* ]] || fails "$command: no pair that is refused"
    setsid -w bash -c '. ./script' # without a terminal: --confirm asks nobody
  done
  [ ! -s wrong ] || fails "$(sort wrong | head -n 30)"
}
