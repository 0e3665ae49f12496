# total.awk - the counts that tap.awk has written in, one line of totals out: the last line of a run.
#
#     awk -v parts=N -v narrowed= -f total.awk FILE
#
# A part that was started and left no counts is a failure, and so is a run without tests. Exit status
# 1: something failed.

{ passed += $1; failed += $2; skipped += $3 }

END {
  if (NR < parts) {
    printf "%d parts left no result\n", parts - NR
    failed += parts - NR
  }
  if (!passed && !failed) {
    print narrowed == "" ? "no tests were run" : "no test has \"" narrowed "\" in its name"
    failed = 1
  }
  printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
  exit failed > 0
}
