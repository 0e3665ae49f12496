# tap.awk - one TAP stream in, a short report out, and a row of counts for the total.
#
#     awk -v label=pool.bats -v status=0 -v seconds=12 -v narrowed= -v variant=plain \
#       -v counts=FILE -v skips=FILE -f tap.awk FILE.tap
#
# `status` is the exit status of the program that wrote the stream. A stream whose plan is missing
# or does not fit its rows, or whose program failed without a failed row, counts as one failure
# more: what did not run has not passed. A stream without tests is a failure too, unless the run was
# narrowed by name. Each skipped test is a row of FILE skips: the variant and the reason.

/^1\.\.[0-9]+/ { plans++; plan = substr($1, 4) + 0; next }

/^Bail out!/ { bail = $0; next }

/^(not )?ok([ \t]|$)/ {
  rows++
  failing = 0
  directive = ""
  if (match($0, /# *[Ss][Kk][Ii][Pp]/)) {
    directive = substr($0, RSTART + RLENGTH)
    sub(/^[ \t]+/, "", directive)
    if (directive == "") directive = "no reason given"
  }
  if ($1 == "not") {
    failed++
    report[++lines] = "    " $0
    failing = 1
  } else if (directive != "") {
    skipped++
    print variant, directive >> skips
  } else
    passed++
  next
}

{
  if (failing) report[++lines] = "      " $0
  else if ($0 != "") stray[++strays] = "      " $0
}

END {
  trouble = ""
  if (bail != "") trouble = bail
  else if (plans != 1) trouble = plans ? "more than one plan" : "no plan: it ended early"
  else if (plan != rows) trouble = "planned " plan " tests, ran " rows + 0
  else if (rows == 0 && narrowed == "") trouble = "no tests in it"
  else if (status != 0 && !failed) trouble = "it ended with status " status
  if (trouble != "") {
    failed++
    report[++lines] = "    not ok - " label ": " trouble (status ? " (status " status ")" : "")
    for (i = 1; i <= strays && i <= 40; i++) report[++lines] = stray[i]
  }
  summary = sprintf("  %-24s %d passed", label, passed)
  if (failed) summary = summary sprintf(", %d FAILED", failed)
  if (skipped) summary = summary sprintf(", %d skipped", skipped)
  if (seconds > 0) summary = summary sprintf(" (%d s)", seconds)
  if (rows > 0 || failed) print summary
  for (i = 1; i <= lines; i++) print report[i]
  print passed + 0, failed + 0, skipped + 0, label >> counts
}
